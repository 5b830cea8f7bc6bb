def bench(n):
    t = 0
    for _k in range(n):
        items = []
        for i in range(1, 101):
            if i % 2 == 0:
                items.append(i * i)
            elif i % 3 == 0:
                items.append(i)
        t += sum(x * i for i, x in enumerate(items))
        t += max(items)
        t += sum(1 for a, b in zip(items[::2], items[1::2], strict=False) if a < b)
        y = None
        for x in (1, 2, 3, 4, 5, 6, 7, 8):
            y = x * 2 if y is None else y + x
            if y > 100:
                break
            t += y
        c = 1
        o = []
        for _ in range(20):
            o += [c, 1]
            c *= 2
        t += len(o)
    return t
