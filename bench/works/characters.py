def bench(n):
    s = list("a" * 1000)
    s[5] = "5"
    s[10] = " "
    s = "".join(s)
    t = 0
    for _k in range(n):
        for c in s:
            if c.isdigit():
                t += int(c)
            elif c.isalpha():
                t += 1
            elif c == " ":
                t += 2
        for i in range(len(s)):
            if s[i] == "5":
                t += 1
        t += s.count("a")
        s = "".join([c.upper() for c in s])
        s = s.lower()[::-1]
    return t
