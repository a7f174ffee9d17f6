from pipeline.crawl.folder_contents import is_caption, is_picture, look_into, stem_of


def test_a_folder_is_captioned_if_one_picture_has_its_caption() -> None:
    files = ["/d/a.jpg", "/d/a.txt", "/d/b.PNG", "/d/lost.txt", "/d/sub/c.jpg", "/d/sub/seeds.txt"]
    contents = look_into(files)
    assert contents.captioned == ("/d",)
    assert contents.taken == {"/d/a.txt", "/d/lost.txt"}
    assert contents.has_pictures


def test_tables_of_a_tar_are_not_read_again() -> None:
    pool = ["/p/00000.tar", "/p/00000.parquet", "/p/00000_stats.json", "/p/00001.parquet"]
    assert look_into(pool).taken == {"/p/00000.parquet", "/p/00000_stats.json"}
    assert not look_into(pool).has_pictures


def test_names_tell_pictures_and_captions() -> None:
    assert is_picture("/d/A.JPEG")
    assert not is_picture("/d/a.svg")
    assert is_caption("/d/a.TXT")
    assert stem_of("/d/a.b.jpg") == "/d/a.b"
