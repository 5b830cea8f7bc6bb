from io import StringIO


def bench(n):
    s = StringIO()
    for i in range(n):
        s.write("line ")
        s.write(str(i))
        s.write(",")
        s.write("\n")
    return len(s.getvalue())
