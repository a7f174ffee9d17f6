"""What RFC 9309 and google/robotstxt say about files and URLs, written out as data.

Each case: where it is from (a section of the RFC, or a test of google/robotstxt's robots_test.cc),
the file, the robot, and the paths that it may and may not fetch.
"""

from typing import NamedTuple


class Case(NamedTuple):
    source: str
    text: str
    robot: str
    allowed: str = ""  # paths, by blanks
    refused: str = ""


# RFC 9309, 5.1.
SIMPLE = """
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""
MERGED = """
user-agent: ExampleBot
disallow: /foo
disallow: /bar

user-agent: ExampleBot
disallow: /baz
"""
FALLBACK = """
user-agent: *
disallow: /foo
disallow: /bar

user-agent: BazBot
disallow: /baz
"""
CLOSED_BUT = "user-agent: foobot\ndisallow: /\nallow: "

RFC_9309 = (
    Case("2.2.1 merged groups", MERGED, "examplebot", "/ /fo", "/foo /bar /baz"),
    Case("2.2.1 no matching group", FALLBACK, "ExampleBot", "/ /baz", "/foo /bar"),
    Case("2.2.1 matching group", FALLBACK, "bazbot", "/foo /bar", "/baz"),
    Case("2.2.1 no group at all", "user-agent: other\ndisallow: /", "foobot", "/ /a"),
    Case("2.2.1 an identifier is whole", "user-agent: foo\ndisallow: /", "foobot", "/"),
    Case("2.2.1 an identifier is whole", "user-agent: foobots\ndisallow: /", "foobot", "/"),
    Case("2.2.2 rules of no group", "disallow: /\nuser-agent: a\ndisallow: /b", "foobot", "/ /b"),
    Case("2.2.2 no rule matches", "user-agent: *\ndisallow: /a", "foobot", "/ /b /ba", "/a /ab"),
    Case("2.2.2 case-sensitive paths", "user-agent: *\ndisallow: /a", "foobot", "/A", "/a"),
    Case("2.2.2 empty pattern", "user-agent: *\ndisallow:", "foobot", "/ /a"),
    Case("2.2.2 allow wins ties", CLOSED_BUT + "/", "foobot", "/ /a"),
    Case("2.2.2 /robots.txt", "user-agent: *\ndisallow: /", "foobot", "/robots.txt", "/robots.tx"),
    Case("2.2.2 table, row 1", CLOSED_BUT + "/foo/bar?baz=quz", "foobot", "/foo/bar?baz=quz"),
    Case(
        "2.2.2 table, row 2",
        CLOSED_BUT + "/foo/bar?baz=https://foo.bar",
        "foobot",
        "/foo/bar?baz=https%3A%2F%2Ffoo.bar /foo/bar?baz=https://foo.bar",
        "/foo/bar?baz=https%3A%2Ffoo.bar",
    ),
    Case(
        "2.2.2 table, row 2, encoded in the file",
        CLOSED_BUT + "/foo/bar?baz=https%3a%2f%2ffoo.bar",
        "foobot",
        "/foo/bar?baz=https%3A%2F%2Ffoo.bar /foo/bar?baz=https://foo.bar",
    ),
    Case("2.2.2 table, row 3", CLOSED_BUT + "/foo/bar/ツ", "foobot", "/foo/bar/%E3%83%84"),
    Case("2.2.2 table, row 4", CLOSED_BUT + "/foo/bar/%E3%83%84", "foobot", "/foo/bar/%e3%83%84"),
    Case(
        "2.2.2 table, row 5",
        CLOSED_BUT + "/foo/bar/%62%61%7A",
        "foobot",
        "/foo/bar/baz /foo/bar/b%61z",
        "/foo/bar/BAZ",
    ),
    Case("2.2.2 a slash is no %2F", CLOSED_BUT + "/a%2Fb", "foobot", "/a%2fb", "/a/b"),
    Case("2.2.3 #", "user-agent: *\nallow: / # disallow: /\n# disallow: /", "foobot", "/ /a"),
    Case("2.2.3 $", CLOSED_BUT + "/this/path/exactly$", "foobot", "/this/path/exactly",
         "/this/path/exactly/ /this/path/exactly? /this/path/exactly$ /this/path/exactly%24"),
    Case("2.2.3 *", CLOSED_BUT + "/this/*/exactly", "foobot", "/this/a/b/exactly/x /this//exactly",
         "/this/exactly"),
    Case("2.2.3 %2A", CLOSED_BUT + "/path/file-with-a-%2A.html", "foobot",
         "/path/file-with-a-*.html /path/file-with-a-%2a.html", "/path/file-with-a-b.html"),
    Case("2.2.3 %24", CLOSED_BUT + "/path/foo-%24", "foobot", "/path/foo-$ /path/foo-%24x",
         "/path/foo-"),
    Case("2.2.3 $ within", CLOSED_BUT + "/a$b", "foobot", "/a$b /a%24bc", "/a"),
    Case("2.2.4 a sitemap ends no group", "user-agent: foobot\nsitemap: /s\nuser-agent: a\n"
         "disallow: /", "foobot", "", "/"),
    Case("2.2.4 unknown lines end no group", "user-agent: foobot\nx: y\nuser-agent: a\n"
         "disallow: /", "foobot", "", "/"),
    Case("5.1 *", SIMPLE, "otherbot", "/ /publications/x /a.gif?", "/a/b.gif /example/ /a.gif"),
    Case("5.1 foobot", SIMPLE, "foobot", "/example/page.html /example/allowed.gif",
         "/ /example/ /publications/"),
    Case("5.1 barbot", SIMPLE, "barbot", "/ /a.gif /example/", "/example/page.html"),
    Case("5.1 bazbot", SIMPLE, "bazbot", "/ /a.gif /example/", "/example/page.html"),
    Case("5.1 quxbot", SIMPLE, "quxbot", "/ /a.gif /example/page.html"),
    Case("5.2", "User-Agent: foobot\nAllow: /example/page/\n"
         "Disallow: /example/page/disallowed.gif", "foobot", "/example/page/ /example/page/a.gif",
         "/example/page/disallowed.gif"),
)  # fmt: skip

GROUPS = """allow: /foo/bar/

user-agent: FooBot
disallow: /
allow: /x/
user-agent: BarBot
disallow: /
allow: /y/


allow: /w/
user-agent: BazBot

user-agent: FooBot
allow: /z/
disallow: /
"""
SPECIFIC = "user-agent: FooBot\nallow: /\nuser-agent: BarBot\ndisallow: /\nuser-agent: BazBot\n"
FISH = "/fish.html /fish/salmon.html /fishheads /fishheads/yummy.html /fish.html?id=anything /fish"
NO_FISH = "/bar /Fish.asp /catfish /?id=fish"
A = "user-agent: FooBot\n"
LONG = "/x/" + "a" * (8 * 2083 - len("disallow: /x/") + len("\n"))
LONG_A = "/x/" + "a" * (8 * 2083 - len("allow: /x/") + len("\n"))
LONG_B = LONG_A.replace("a", "b")

GOOGLE = (
    Case("GoogleOnly_SystemTest", "", "FooBot", "/"),
    Case("GoogleOnly_SystemTest", A + "disallow: /\n", "FooBot", "", "/"),
    Case("ID_LineSyntax_Line", A + "disallow: /\n", "FooBot", "", "/x/y"),
    Case("ID_LineSyntax_Line", "foo: FooBot\nbar: /\n", "FooBot", "/x/y"),
    Case("ID_LineSyntax_Line", "user-agent FooBot\ndisallow /\n", "FooBot", "", "/x/y"),
    Case("ID_LineSyntax_Groups", GROUPS, "FooBot", "/x/b /z/d", "/y/c /foo/bar/"),
    Case("ID_LineSyntax_Groups", GROUPS, "BarBot", "/y/c /w/a", "/z/d /foo/bar/"),
    Case("ID_LineSyntax_Groups", GROUPS, "BazBot", "/z/d", "/foo/bar/"),
    *(
        Case("ID_REPLineNamesCaseInsensitive", text, "FooBot", "/x/y", "/a/b")
        for text in (
            "USER-AGENT: FooBot\nALLOW: /x/\nDISALLOW: /\n",
            "user-agent: FooBot\nallow: /x/\ndisallow: /\n",
            "uSeR-aGeNt: FooBot\nAlLoW: /x/\ndIsAlLoW: /\n",
        )
    ),
    *(
        Case("ID_UserAgentValueCaseInsensitive",
             f"User-Agent: {name}\nAllow: /x/\nDisallow: /\n", robot, "/x/y", "/a/b")
        for name in ("FOO BAR", "foo bar", "FoO bAr")
        for robot in ("Foo", "foo")
    ),
    Case("GoogleOnly_AcceptUserAgentUpToFirstSpace",
         "User-Agent: *\nDisallow: /\nUser-Agent: Foo Bar\nAllow: /x/\nDisallow: /\n", "Foo",
         "/x/y"),
    Case("ID_GlobalGroups_Secondary", "", "FooBot", "/x/y"),
    Case("ID_GlobalGroups_Secondary", "user-agent: *\nallow: /\n" + A + "disallow: /\n", "FooBot",
         "", "/x/y"),
    Case("ID_GlobalGroups_Secondary", "user-agent: *\nallow: /\n" + A + "disallow: /\n", "BarBot",
         "/x/y"),
    Case("ID_GlobalGroups_Secondary", SPECIFIC + "disallow: /\n", "QuxBot", "/x/y"),
    Case("ID_AllowDisallow_Value_CaseSensitive", A + "disallow: /x/\n", "FooBot", "", "/x/y"),
    Case("ID_AllowDisallow_Value_CaseSensitive", A + "disallow: /X/\n", "FooBot", "/x/y"),
    Case("ID_LongestMatch", A + "disallow: /x/page.html\nallow: /x/\n", "FooBot", "",
         "/x/page.html"),
    Case("ID_LongestMatch", A + "allow: /x/page.html\ndisallow: /x/\n", "FooBot", "/x/page.html",
         "/x/"),
    Case("ID_LongestMatch", A + "disallow: \nallow: \n", "FooBot", "/x/page.html"),
    Case("ID_LongestMatch", A + "disallow: /\nallow: /\n", "FooBot", "/x/page.html"),
    Case("ID_LongestMatch", A + "disallow: /x\nallow: /x/\n", "FooBot", "/x/", "/x"),
    Case("ID_LongestMatch", A + "disallow: /x/page.html\nallow: /x/page.html\n", "FooBot",
         "/x/page.html"),
    Case("ID_LongestMatch", A + "allow: /page\ndisallow: /*.html\n", "FooBot", "/page",
         "/page.html"),
    Case("ID_LongestMatch", A + "allow: /x/page.\ndisallow: /*.html\n", "FooBot", "/x/page.html",
         "/x/y.html"),
    Case("ID_LongestMatch", "User-agent: *\nDisallow: /x/\n" + A + "Disallow: /y/\n", "FooBot",
         "/x/page", "/y/page"),
    Case("ID_Encoding", A + "Disallow: /\nAllow: /foo/bar?qux=taz&baz=http://foo.bar?tar&par\n",
         "FooBot", "/foo/bar?qux=taz&baz=http://foo.bar?tar&par"),
    Case("ID_Encoding", A + "Disallow: /\nAllow: /foo/bar/ツ\n", "FooBot", "/foo/bar/%E3%83%84"),
    Case("ID_Encoding", A + "Disallow: /\nAllow: /foo/bar/%E3%83%84\n", "FooBot",
         "/foo/bar/%E3%83%84"),
    Case("ID_Encoding", A + "Disallow: /\nAllow: /foo/bar/%62%61%7A\n", "FooBot",
         "/foo/bar/%62%61%7A"),
    Case("ID_SpecialCharacters", A + "Disallow: /foo/bar/quz\nAllow: /foo/*/qux\n", "FooBot",
         "/foo/quz /foo//quz /foo/bax/quz", "/foo/bar/quz"),
    Case("ID_SpecialCharacters", A + "Disallow: /foo/bar$\nAllow: /foo/bar/qux\n", "FooBot",
         "/foo/bar/qux /foo/bar/ /foo/bar/baz", "/foo/bar"),
    Case("ID_SpecialCharacters", A + "# Disallow: /\nDisallow: /foo/quz#qux\nAllow: /\n",
         "FooBot", "/foo/bar", "/foo/quz"),
    Case("GoogleOnly_IndexHTMLisDirectory",
         "User-Agent: *\nAllow: /allowed-slash/index.html\nDisallow: /\n", "foobot",
         "/allowed-slash/ /allowed-slash/index.html", "/allowed-slash/index.htm /anyother-url"),
    Case("GoogleOnly_LineTooLong", A + f"disallow: {LONG}/qux\n", "FooBot", "/fux", f"{LONG}/fux"),
    Case("GoogleOnly_LineTooLong",
         A + f"disallow: /\nallow: {LONG_A}/qux\nallow: {LONG_B}/qux\n", "FooBot",
         f"{LONG_A}/qux {LONG_B}/fux", "/"),
    Case("GoogleOnly_DocumentationChecks /fish", A + "disallow: /\nallow: /fish\n", "FooBot", FISH,
         NO_FISH),
    Case("GoogleOnly_DocumentationChecks /fish*", A + "disallow: /\nallow: /fish*\n", "FooBot",
         FISH, "/bar /Fish.bar /catfish /?id=fish"),
    Case("GoogleOnly_DocumentationChecks /fish/", A + "disallow: /\nallow: /fish/\n", "FooBot",
         "/fish/ /fish/salmon /fish/?salmon /fish/salmon.html /fish/?id=anything",
         "/bar /fish /fish.html /Fish/Salmon.html"),
    Case("GoogleOnly_DocumentationChecks /*.php", A + "disallow: /\nallow: /*.php\n", "FooBot",
         "/filename.php /folder/filename.php /folder/filename.php?parameters "
         "//folder/any.php.file.html /filename.php/ /index?f=filename.php/",
         "/bar /php/ /index?php /windows.PHP"),
    Case("GoogleOnly_DocumentationChecks /*.php$", A + "disallow: /\nallow: /*.php$\n", "FooBot",
         "/filename.php /folder/filename.php",
         "/bar /filename.php?parameters /filename.php/ /filename.php5 /php/ /filename?php "
         "/aaaphpaaa //windows.PHP"),
    Case("GoogleOnly_DocumentationChecks /fish*.php", A + "disallow: /\nallow: /fish*.php\n",
         "FooBot", "/fish.php /fishheads/catfish.php?parameters", "/bar /Fish.PHP"),
    Case("GoogleOnly_DocumentationChecks precedence", A + "allow: /p\ndisallow: /\n", "FooBot",
         "/page", "/"),
    Case("GoogleOnly_DocumentationChecks precedence", A + "allow: /folder\ndisallow: /folder\n",
         "FooBot", "/folder/page"),
    Case("GoogleOnly_DocumentationChecks precedence", A + "allow: /page\ndisallow: /*.htm\n",
         "FooBot", "", "/page.htm"),
    Case("GoogleOnly_DocumentationChecks precedence", A + "allow: /$\ndisallow: /\n", "FooBot",
         "/", "/page.html"),
    *(
        Case("ID_LinesNumbersAreCountedCorrectly", text, robot, allowed, refused)
        for text in (
            "User-Agent: foo\nAllow: /some/path\nUser-Agent: bar\n\n\nDisallow: /\n",
            "User-Agent: foo\r\nAllow: /some/path\r\nUser-Agent: bar\r\n\r\n\r\nDisallow: /\r\n",
            "User-Agent: foo\rAllow: /some/path\rUser-Agent: bar\r\r\rDisallow: /\r",
            "User-Agent: foo\nAllow: /some/path\nUser-Agent: bar\n\n\nDisallow: /",
            "User-Agent: foo\nAllow: /some/path\r\nUser-Agent: bar\n\r\n\nDisallow: /",
        )
        for robot, allowed, refused in (("foo", "/ /some/path", ""), ("bar", "", "/ /some/path"))
    ),
    Case("reporting: typos", "useragent: baz\ndisallaw: /some\n", "baz", "/", "/some"),
    Case("reporting: typos", "User-Agent bar # no\nabsolutely random line\nDisallow: /\n", "bar",
         "", "/"),
)  # fmt: skip

# google/robotstxt's ID_UTF8ByteOrderMarkIsSkipped, as octets; whether the first line is read.
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", True),
    (b"\xef\xbb", True),
    (b"\xef", True),
    (b"\xef\x11\xbf", False),
)
