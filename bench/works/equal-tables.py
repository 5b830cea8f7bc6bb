def bench(n):
    h = {}
    t = 0
    for i in range(n):
        k = (i % 10, i % 7)
        h[k] = h.get(k, 0) + 1
        k = f"k{i % 50}"
        h[k] = h.get(k, 0) + 1
        h["const"] = h.get("const", 0) + 1
    for v in h.values():
        t += v
    for v in h.values():
        t += v
    return t
