from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from training.log import RunLog, StepReport, read_metrics


def report(step):
    return StepReport(step=step, loss=4.0 / step, lr=0.1, logit_scale=14.0, samples_per_s=9.0)


def write(run, *, step, until):
    with RunLog(str(run), step=step, batch_size=8) as log:
        for number in range(step + 1, until + 1):
            log.add(report(number))
        log.draw()


def test_every_step_is_a_line_and_an_event(tmp_path):
    write(tmp_path, step=0, until=3)
    assert read_metrics(str(tmp_path)) == [report(1), report(2), report(3)]
    events = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    assert [event.step for event in events.Scalars("loss")] == [1, 2, 3]
    assert (tmp_path / "loss.png").exists()


def test_a_resumed_log_forgets_what_came_after_the_checkpoint(tmp_path):
    write(tmp_path, step=0, until=5)
    write(tmp_path, step=3, until=4)
    assert [one.step for one in read_metrics(str(tmp_path))] == [1, 2, 3, 4]


def test_a_line_that_a_kill_has_cut_is_left_out(tmp_path):
    write(tmp_path, step=0, until=2)
    with (tmp_path / "metrics.jsonl").open("a") as stream:
        stream.write('{"step": 3, "lo')
    assert [one.step for one in read_metrics(str(tmp_path))] == [1, 2]
