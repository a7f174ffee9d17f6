from demo.routes import Manner, Route, read_routes, write_routes


def test_routes_come_back_as_they_were_written(tmp_path):
    routes = {
        "/a": Route(status=302, headers={"Location": "/b"}),
        "/b": Route(file="files/b", charset="utf-16", manner=Manner.DRIP),
    }
    write_routes(str(tmp_path), routes)
    assert read_routes(str(tmp_path)) == routes
