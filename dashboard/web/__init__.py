"""How pages reach a browser: few requests, each answered from memory.

Where is …?
    dash: the Dash application on the server that it is given
    document: the document of a page: all that it needs to start, in one answer
    markup: parts of a page that Dash never changes, as plain markup
    bundles: what each page loads of the browser's own files
    modules: scripts that import each other, joined at start
    files: the map, the bundles and the API's own page, for browsers to load
    policy: the content security policy
    answers: every HTTP answer: compressed, remembered, cached where the address says what it is
"""
