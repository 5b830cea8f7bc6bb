def split(s, ch):
    out = []
    start = 0
    while True:
        p = s.find(ch, start)
        if p < 0:
            out.append(s[start:])
            return out
        out.append(s[start:p])
        start = p + 1


def bench(n):
    t = 0
    s = "the quick,brown fox,jumps over,the lazy,dog,1234,56789,abc"
    for _i in range(n):
        for w in split(s, ","):
            t += len(w)
        t += int("12345")
        if s == "the quick":
            t += 1
        if "abc" < "abd":
            t += 1
        t += len(",".join(map(str, [1, 2, 3])))
    return t
