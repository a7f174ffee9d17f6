from pipeline.crawl.lists.row import BrokenRow
from schemas.outcomes import Failure


def test_a_broken_row_is_the_rows_own_fault_unless_its_reader_says_more() -> None:
    assert BrokenRow(why="a stray quote").outcome is Failure.ROW
