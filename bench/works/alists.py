def bench(n):
    al = [(f"k{i}", i) for i in range(20)]
    pl = []
    t = 0
    sl = [f"s{i}" for i in range(20)]
    for k, v in al:
        pl[:0] = [k, v]
    for _i in range(n):
        t += next(v for k, v in al if k == "k10")
        t += next(pl[j + 1] for j in range(0, 40, 2) if pl[j] == "k10")
        t += 20 - next(j for j, (k, v) in enumerate(al) if k == "k3")
        t += 20 - next(j for j, s in enumerate(sl) if s == "s12")
        if "foo" in ("a", "b", "c", "foo"):
            t += 1
        t += next(v for k, v in al if k.lower() == "k7")
        t += len(sl + al)
        t += len(sl[::-1])
        t += [1, 2, 3][-1]
        t += (0, 1, 2, 3, 4, 5, 6, 7, 8)[7]
        t += len(list(sl))
        t += len(list(dict.fromkeys([1, 2, 3, 1, 2, 5])))
        t += len({1, 2, 3} | {3, 4, 5})
        t += len({1, 2, 3} - {3, 4, 5})
    return t
