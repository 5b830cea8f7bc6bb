"""The printer: from objects to text.

`writer` prints objects, `pretty` lays text out in logical blocks, `dispatch` and `codeforms` say how forms are broken
into lines, `directives` and its neighbours are `format`.
"""
