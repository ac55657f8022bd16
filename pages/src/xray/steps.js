// SPDX-License-Identifier: MIT
//
// How an authentication came to its result, step by step: pure. Each step is {name, value, says, good?}: good true or
// false where something was compared.

import {T} from '../texts.js';
import {base64Of, bytesOf, hexOf, hmac, joined, md5, ofBase64, ofHex, sha256, sha512of256} from './hash.js';
import {f1, f2345, xor} from './milenage.js';

const X = T.xray;
const HASHES = {MD5: md5, 'SHA-256': sha256, 'SHA-512-256': sha512of256};

// "AKAv1-MD5" -> {aka: 1, hash}
export function algorithmOf(name = 'MD5') {
    const m = /^(?:AKAv([12])-)?(MD5|SHA-256|SHA-512-256)(-sess)?$/i.exec(name);
    return m && {aka: Number(m[1] ?? 0), name: m[2].toUpperCase(), hash: HASHES[m[2].toUpperCase()], sess: Boolean(m[3])};
}

const step = (name, value, says, good) => ({name, value, says, good});
const same = (a, b) => hexOf(a) === hexOf(b);

function numberOf(bytes) {
    return Number(BigInt(`0x${hexOf(bytes)}`));
}

function autnSteps(key, rand, autn, ak) {
    const sqn = xor(autn.slice(0, 6), ak);
    const amf = autn.slice(6, 8);
    const {macA} = f1(key, rand, sqn, amf);
    const good = same(macA, autn.slice(8));
    return [
        step('SQN', `${hexOf(sqn)} = ${numberOf(sqn).toLocaleString('en')}`, X.sqn),
        step('AMF', hexOf(amf), X.amf),
        step(X.macSent, hexOf(autn.slice(8)), X.macSentSays),
        step(X.macComputed, hexOf(macA), good ? X.macGood : X.macBad, good),
    ];
}

// The card's cry for other sequence numbers, TS 33.102 6.3.3.
function autsSteps(key, rand, auts, akStar) {
    const sqn = xor(auts.slice(0, 6), akStar);
    const {macS} = f1(key, rand, sqn, new Uint8Array(2));
    const good = same(macS, auts.slice(6));
    return [step('AUTS', hexOf(auts), X.auts), step('SQN (card)', `${hexOf(sqn)} = ${numberOf(sqn).toLocaleString('en')}`, X.sqnCard),
        step('MAC-S', hexOf(macS), good ? X.macsGood : X.macsBad, good)];
}

// {steps, password} of the AKA part; secrets {k, opc} in hexadecimal digits.
export function akaSteps(params, secrets, algorithm) {
    const nonce = ofBase64(params.nonce);
    const [rand, autn] = [nonce.slice(0, 16), nonce.slice(16, 32)];
    const key = {k: ofHex(secrets.k), opc: ofHex(secrets.opc)};
    const {res, ck, ik, ak, akStar} = f2345(key, rand);
    const password = algorithm.aka === 1 ? res
        : bytesOf(base64Of(hmac(algorithm.hash, joined(res, ik, ck), bytesOf('http-digest-akav2-password'))));
    const steps = [
        step('K', secrets.k, X.k), step('OPc', secrets.opc, X.opc), step('RAND', hexOf(rand), X.rand), step('AUTN', hexOf(autn), X.autn),
        step('AK = f5', hexOf(ak), X.ak), ...autnSteps(key, rand, autn, ak),
        ...(params.auts ? autsSteps(key, rand, ofBase64(params.auts), akStar) : []),
        step('RES = f2', hexOf(res), X.res), step('CK = f3', hexOf(ck), X.ck), step('IK = f4', hexOf(ik), X.ik),
        step(X.password, algorithm.aka === 1 ? X.passwordIsRes : new TextDecoder().decode(password), X.passwordSays[algorithm.aka]),
    ];
    return {steps, password};
}

function ha1Step(params, secrets, algorithm, password) {
    if (password) {
        const text = joined(bytesOf(`${params.username}:${params.realm}:`), params.auts ? [] : password);
        return step('HA1', hexOf(algorithm.hash(text)), X.ha1Aka);
    }
    const kept = secrets.ha1.find((h) => h.algorithm === algorithm.name && (!h.realm || h.realm === params.realm));
    return step('HA1', kept?.value ?? '', kept ? X.ha1 : X.ha1None, kept ? undefined : false);
}

// What was to be answered, and what was.
export function answerSteps(params, method, body, secrets, password) {
    const algorithm = algorithmOf(params.algorithm);
    const h = (text) => hexOf(algorithm.hash(bytesOf(text)));
    const ha1 = ha1Step(params, secrets, algorithm, password);
    if (!ha1.value) return [ha1];
    const session = algorithm.sess ? h(`${ha1.value}:${params.nonce}:${params.cnonce}`) : ha1.value;
    const a2 = `${method}:${params.uri}${params.qop === 'auth-int' ? `:${h(body)}` : ''}`;
    const middle = params.qop ? `${params.nonce}:${params.nc}:${params.cnonce}:${params.qop}` : params.nonce;
    const expected = h(`${session}:${middle}:${h(a2)}`);
    const good = expected === params.response?.toLowerCase();
    return [ha1, ...(algorithm.sess ? [step('HA1 (sess)', session, X.session)] : []), step('HA2', h(a2), X.ha2(a2)), step(X.expected, expected, X.expectedSays),
        step(X.answered, params.response || X.empty, good ? X.right : X.wrong, good)];
}

// All of it: of a challenge what it holds, of an answer whether it is right.
export function xray({params, method, body, isAnswer}, secrets) {
    const algorithm = algorithmOf(params.algorithm);
    if (!algorithm) return [step(X.algorithm, params.algorithm, X.unknownAlgorithm, false)];
    const first = step(X.algorithm, params.algorithm ?? 'MD5', X.algorithmSays[algorithm.aka]);
    if (algorithm.aka && !secrets.k) return [first, step('K', X.none, X.noKey, false)];
    const aka = algorithm.aka ? akaSteps(params, secrets, algorithm) : null;
    if (!isAnswer) return [first, ...(aka?.steps ?? [step('nonce', params.nonce, X.nonce)])];
    return [first, ...(aka?.steps ?? []), ...answerSteps(params, method, body, secrets, aka?.password)];
}
