def bench(n):
    h = {}
    keys = ["Abc", "abC", "Foo", "#a", "#A", 1, 1.0]
    for i in range(n):
        k = keys[i % 7]
        if type(k) is str:
            k = k.lower()
        h[k] = h.get(k, 0) + 1
    return sum(h.values())
