from pipeline.queries.charts import HEIGHT, WIDTH, axis, curve, magnitudes, place


def test_an_axis_ends_at_a_power_of_ten() -> None:
    whole = axis(4321, 400.0)
    assert whole.end == 10_000
    assert whole.ticks[0] == ("1", 0.0)
    assert whole.ticks[-1] == ("10,000", 400.0)
    assert axis(0, 100.0).end == 10
    assert place(100, whole, 400.0) == 200.0
    assert place(0, whole, 400.0) == 0.0


def test_a_curve_has_few_points_and_both_ends() -> None:
    counts = list(range(5000, 0, -1))
    points = curve(counts, axis(5000, WIDTH), axis(5000, HEIGHT)).split()
    assert len(points) <= 200
    assert points[0].startswith("0.0,")
    assert points[-1].endswith(f",{HEIGHT}")
    assert curve([], axis(1, WIDTH), axis(1, HEIGHT)) == ""


def test_queries_are_grouped_by_the_digits_of_their_count() -> None:
    bars = magnitudes([(5, 5), (7, 5), (500, 10)])
    assert [(bar.label, bar.queries) for bar in bars] == [("1-9", 2), ("100-999", 1)]
    assert bars[0].before == 12 / 512
    assert bars[0].after == 0.5
