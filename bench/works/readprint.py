from ast import literal_eval


def bench(n):
    text = '((1, 2, 3), ("a string", 4.5e0, -17), (6, (7, (8, 9), "x y z")), 100, 200, 300)'
    total = 0
    for _ in range(n):
        data = literal_eval(text)
        total += data[0][0]
        total += len(repr(data[1:])) - 8
    return total
