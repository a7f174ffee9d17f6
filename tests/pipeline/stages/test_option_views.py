import copy

from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, StandardOptions

from pipeline.stages.option_views import remembered_views


def test_a_view_is_made_once_and_still_writes_through() -> None:
    before = PipelineOptions.view_as
    options = PipelineOptions(["--direct_num_workers=3"])
    with remembered_views():
        view = options.view_as(DirectOptions)
        assert options.view_as(DirectOptions) is view
        assert view.view_as(StandardOptions) is options.view_as(StandardOptions)
        view.direct_num_workers = 5
    assert PipelineOptions.view_as is before
    assert options.view_as(DirectOptions).direct_num_workers == 5


def test_a_copy_and_other_options_have_views_of_their_own() -> None:
    with remembered_views():
        options = PipelineOptions(["--direct_num_workers=3"])
        options.view_as(DirectOptions)
        other = copy.deepcopy(options)
        other.view_as(DirectOptions).direct_num_workers = 7
        assert options.view_as(DirectOptions).direct_num_workers == 3
        third = PipelineOptions(["--direct_num_workers=4"])
        assert third.view_as(DirectOptions).direct_num_workers == 4
