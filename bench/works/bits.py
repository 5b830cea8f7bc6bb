def rol(x, n):
    return ((x << n) | (x >> (32 - n))) & 0xFFFFFFFF


def bench(n):
    a, b, c, d = 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476
    for i in range(n):
        f = (b & c) | (~b & d)
        temp = d
        d = c
        c = b
        b = (b + rol((a + f + i + 0xD76AA478) & 0xFFFFFFFF, 7)) & 0xFFFFFFFF
        a = temp
    return a
