"""How pages reach a browser: few requests, each answered from memory.

Where is …?
    dash: the Dash application on the server that it is given
    document: the document of a page: all that it needs to start, in one answer
    markup: parts of a page that Dash never changes, as plain markup
    bundles: what each page loads of the browser's own files
    sources: files that import each other: which, and in which order
    modules: scripts joined into one
    sheets: style sheets joined into one
    files: the map, the bundles and the API's own page, for browsers to load
    policy: the content security policy
    root: the path of a proxy under which all addresses stand
    guard: the line of script by which a page without its files loads itself anew
    requests: every HTTP request: its body whole and bounded, what goes wrong in one form
    answers: every HTTP answer: compressed, kept for ever where a handler says that the address is a hash
    seldom: lines in the log that a client may bring about, one a second
    encoding: content codings: which one a client wants, bodies compressed in pieces
    doors: Dash's doors: callbacks and the files of its packages, checked; its others do not exist
"""
