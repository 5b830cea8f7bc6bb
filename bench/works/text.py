import io


def bench(n):
    t = 0
    for _i in range(n):
        out = io.StringIO()
        for j in range(20):
            out.write("item ")
            out.write(str(j))
            out.write(",")
        s = out.getvalue()
        t += len(s)
        t += len(s + "abc" + s.upper())
        t += max(s.find("19"), 0)
        t += s.index(",")
        t += len(s[3:10])
        t += len(s.strip(",i"))
    return t
