# SPDX-License-Identifier: MIT
"""What a test must know of Milenage (TS 35.206 4.1), by openssl's AES."""
import base64
import re
import subprocess


def aes(key, block):
    return subprocess.run(
        ["openssl", "enc", "-aes-128-ecb", "-nopad", "-K", key.hex()],
        input=block, stdout=subprocess.PIPE, check=True).stdout


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def f2_f5(k, op, rand):
    """(RES, AK) of a challenge: OUT2, with r2 = 0 and c2 = 1."""
    opc = xor(aes(k, op), op)
    temp = aes(k, xor(rand, opc))
    out = xor(aes(k, xor(xor(temp, opc), bytes(15) + b"\1")), opc)
    return out[8:], out[:6]


def sqn(k, op, rand, autn):
    """The sequence number in an AUTN: its first six bytes under AK."""
    return int.from_bytes(xor(autn[:6], f2_f5(k, op, rand)[1]), "big")


def has_unlucky_res(secret, log, bytes_):
    """Programs that keep RES as text fail when one of these bytes is in it,
    one time in 32 for each: was that so for the last challenge in their log
    of messages?"""
    nonces = re.findall(r'nonce="([A-Za-z0-9+/=]{43,})"', log)
    if "k" not in secret or not nonces:
        return False
    rand = base64.b64decode(nonces[-1])[:16]
    res, _ = f2_f5(secret["k"], secret["op"], rand)
    return any(byte in res for byte in bytes_)


def auts(k, op, rand, highest):
    """What a card says whose highest sequence number is that (TS 33.102
    6.3.3): SQN under AK (f5*), and MAC-S (f1*)."""
    opc = xor(aes(k, op), op)
    temp = aes(k, xor(rand, opc))

    def out(block, constant):
        return xor(aes(k, xor(block, bytes(15) + bytes([constant]))), opc)

    mixed = xor(temp, opc)
    ak = out(mixed[12:] + mixed[:12], 8)[:6]
    number = highest.to_bytes(6, "big")
    first = xor((number + b"\0\0") * 2, opc)
    mac = out(xor(temp, first[8:] + first[:8]), 0)[8:]
    return xor(number, ak) + mac
