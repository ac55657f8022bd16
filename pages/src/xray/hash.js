// SPDX-License-Identifier: MIT
//
// MD5 (RFC 1321), SHA-256 and SHA-512/256 (FIPS 180-4), HMAC (RFC 2104), for a few bytes that somebody looks at:
// small before fast. Browsers have no MD5, and no SHA where pages come over plain HTTP.

export const bytesOf = (text) => new TextEncoder().encode(text);
export const hexOf = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
export const ofHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (two) => parseInt(two, 16));
export const ofBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
export const base64Of = (bytes) => btoa(String.fromCharCode(...bytes));
export const joined = (...parts) => Uint8Array.from(parts.flatMap((p) => [...p]));

// The message, a bit, and zeros, up to where its length has its place.
function padded(bytes, block, lengthBytes) {
    const n = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
    const out = new Uint8Array(n);
    out.set(bytes);
    out[bytes.length] = 0x80;
    return out;
}

const MD5_SHIFTS = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
const MD5_SINES = Array.from({length: 64}, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);

function md5Step(i, b, c, d) {
    if (i < 16) return [(b & c) | (~b & d), i];
    if (i < 32) return [(d & b) | (~d & c), (5 * i + 1) % 16];
    if (i < 48) return [b ^ c ^ d, (3 * i + 5) % 16];
    return [c ^ (b | ~d), (7 * i) % 16];
}

export function md5(bytes) {
    const text = padded(bytes, 64, 8);
    const view = new DataView(text.buffer);
    const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
    view.setUint32(text.length - 8, bytes.length * 8, true);
    for (let at = 0; at < text.length; at += 64) {
        let [a, b, c, d] = state;
        for (let i = 0; i < 64; i++) {
            const [f, word] = md5Step(i, b, c, d);
            const sum = (a + f + MD5_SINES[i] + view.getInt32(at + word * 4, true)) | 0;
            const shift = MD5_SHIFTS[i >> 4][i % 4];
            [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
        }
        [a, b, c, d].forEach((v, i) => { state[i] = (state[i] + v) | 0; });
    }
    const out = new DataView(new ArrayBuffer(16));
    state.forEach((v, i) => out.setInt32(i * 4, v, true));
    return new Uint8Array(out.buffer);
}

// ---- SHA-2, words as BigInt, 32 or 64 bits wide ----

function primes(n) {
    const out = [];
    for (let p = 2; out.length < n; p++) if (out.every((q) => p % q)) out.push(p);
    return out.map(BigInt);
}

// floor(n ** (1 / k))
function root(n, k) {
    let low = 0n;
    let high = 1n << (BigInt(n.toString(2).length) / k + 1n);
    while (low < high) {
        const mid = (low + high + 1n) >> 1n;
        if (mid ** k <= n) low = mid;
        else high = mid - 1n;
    }
    return low;
}

// The fractions of square roots and cube roots of primes, as FIPS 180-4 has them.
const fraction = (p, k, bits) => root(p << (BigInt(bits) * k), k) & ((1n << BigInt(bits)) - 1n);

function family(bits, rounds, sums) {
    const width = BigInt(bits);
    const mask = (1n << width) - 1n;
    const constants = primes(rounds).map((p) => fraction(p, 3n, bits));
    const rotate = (x, n) => ((x >> n) | (x << (width - n))) & mask;
    const mix = ([a, b, c, isShift]) => (x) => rotate(x, a) ^ rotate(x, b) ^ (isShift ? x >> c : rotate(x, c));
    const [big0, big1, small0, small1] = sums.map(mix);
    const initial = primes(8).map((p) => fraction(p, 2n, bits));

    function schedule(view, at) {
        const w = Array.from({length: 16}, (_, i) => (bits === 64 ? view.getBigUint64(at + i * 8) : BigInt(view.getUint32(at + i * 4))));
        for (let i = 16; i < rounds; i++) w.push((small1(w[i - 2]) + w[i - 7] + small0(w[i - 15]) + w[i - 16]) & mask);
        return w;
    }

    function digest(bytes, start = initial) {
        const text = padded(bytes, bits * 2, bits / 4);
        const view = new DataView(text.buffer);
        const state = [...start];
        view.setUint32(text.length - 4, bytes.length * 8);
        for (let at = 0; at < text.length; at += bits * 2) {
            const w = schedule(view, at);
            let [a, b, c, d, e, f, g, h] = state;
            for (let i = 0; i < rounds; i++) {
                const t1 = h + big1(e) + ((e & f) ^ (~e & mask & g)) + constants[i] + w[i];
                const t2 = big0(a) + ((a & b) ^ (a & c) ^ (b & c));
                [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & mask, c, b, a, (t1 + t2) & mask];
            }
            [a, b, c, d, e, f, g, h].forEach((v, i) => { state[i] = (state[i] + v) & mask; });
        }
        return ofHex(state.map((v) => v.toString(16).padStart(bits / 4, '0')).join(''));
    }
    return {digest, initial};
}

const sha2 = family(32, 64, [[2n, 13n, 22n], [6n, 11n, 25n], [7n, 18n, 3n, true], [17n, 19n, 10n, true]]);
const sha5 = family(64, 80, [[28n, 34n, 39n], [14n, 18n, 41n], [1n, 8n, 7n, true], [19n, 61n, 6n, true]]);

export const sha256 = (bytes) => sha2.digest(bytes);

// FIPS 180-4 5.3.6: where SHA-512/256 starts is a hash itself.
export function sha512of256(bytes) {
    const first = sha5.digest(bytesOf('SHA-512/256'), sha5.initial.map((v) => v ^ 0xa5a5a5a5a5a5a5a5n));
    const view = new DataView(first.buffer);
    return sha5.digest(bytes, Array.from({length: 8}, (_, i) => view.getBigUint64(i * 8))).slice(0, 32);
}

export function hmac(hash, key, text) {
    const short = key.length > 64 ? hash(key) : key;
    const pad = (x) => Uint8Array.from({length: 64}, (_, i) => (short[i] ?? 0) ^ x);
    return hash(joined(pad(0x5c), hash(joined(pad(0x36), text))));
}
