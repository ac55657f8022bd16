// SPDX-License-Identifier: MIT
//
// Milenage (TS 35.206) over AES-128 (FIPS 197).

function double(x) {
    return ((x << 1) ^ (x & 0x80 ? 0x11b : 0)) & 0xff;
}

// The S-box out of its definition: the inverse in GF(2^8), then an affine map.
function sbox() {
    const box = new Uint8Array(256);
    let p = 1;
    let q = 1;
    do {
        p = (p ^ double(p)) & 0xff; // times 3
        q ^= q << 1; // divided by 3
        q ^= q << 2;
        q ^= q << 4;
        q &= 0xff;
        if (q & 0x80) q ^= 0x09;
        const r = (n) => ((q << n) | (q >> (8 - n))) & 0xff;
        box[p] = q ^ r(1) ^ r(2) ^ r(3) ^ r(4) ^ 0x63;
    } while (p !== 1);
    box[0] = 0x63;
    return box;
}

const S = sbox();

function roundKeys(key) {
    const w = [...key];
    let rcon = 1;
    for (let i = 16; i < 176; i += 4) {
        let t = w.slice(i - 4, i);
        if (i % 16 === 0) {
            t = [S[t[1]] ^ rcon, S[t[2]], S[t[3]], S[t[0]]];
            rcon = double(rcon);
        }
        for (let k = 0; k < 4; k++) w.push(w[i - 16 + k] ^ t[k]);
    }
    return w;
}

function mixed(s) {
    const out = [];
    for (let c = 0; c < 16; c += 4) {
        const [a, b, d, e] = s.slice(c, c + 4);
        out.push(double(a) ^ double(b) ^ b ^ d ^ e, a ^ double(b) ^ double(d) ^ d ^ e, a ^ b ^ double(d) ^ double(e) ^ e, double(a) ^ a ^ b ^ d ^ double(e));
    }
    return out;
}

export function aes128(key, block) {
    const w = roundKeys(key);
    const add = (s, round) => s.map((v, i) => v ^ w[round * 16 + i]);
    let s = add([...block], 0);
    for (let round = 1; round <= 10; round++) {
        s = s.map((_, i) => S[s[(i + 4 * (i % 4)) % 16]]); // SubBytes and ShiftRows
        s = add(round < 10 ? mixed(s) : s, round);
    }
    return Uint8Array.from(s);
}

export const xor = (a, b) => Uint8Array.from(a, (v, i) => v ^ b[i]);

function rotated(block, bytes, c) {
    const out = Uint8Array.from(block, (_, i) => block[(i + bytes) % 16]);
    out[15] ^= c;
    return out;
}

// {macA, macS} of a sequence number and an AMF.
export function f1({k, opc}, rand, sqn, amf) {
    const temp = aes128(k, xor(rand, opc));
    const in1 = Uint8Array.from([...sqn, ...amf, ...sqn, ...amf]);
    const out = xor(aes128(k, xor(temp, rotated(xor(in1, opc), 8, 0))), opc);
    return {macA: out.slice(0, 8), macS: out.slice(8)};
}

export function f2345({k, opc}, rand) {
    const base = xor(aes128(k, xor(rand, opc)), opc);
    const [out2, ck, ik, out5] = [[0, 1], [4, 2], [8, 4], [12, 8]].map(([r, c]) => xor(aes128(k, rotated(base, r, c)), opc));
    return {res: out2.slice(8), ak: out2.slice(0, 6), ck, ik, akStar: out5.slice(0, 6)};
}
