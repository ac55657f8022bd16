// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {createHash, createHmac} from 'node:crypto';
import {test} from 'node:test';
import {base64Of, bytesOf, hexOf, hmac, joined, md5, ofHex, sha256, sha512of256} from '../src/xray/hash.js';
import {aes128, f1, f2345, xor} from '../src/xray/milenage.js';
import {xray} from '../src/xray/steps.js';

test('hashes are those of others, whatever the length', () => {
    for (const [name, mine] of [['md5', md5], ['sha256', sha256], ['sha512-256', sha512of256]])
        for (let n = 0; n < 300; n += 7) {
            const text = Buffer.alloc(n, 'imsbox');
            assert.equal(hexOf(mine(text)), createHash(name).update(text).digest('hex'), `${name} of ${n} bytes`);
        }
    for (const n of [5, 64, 90])
        assert.equal(hexOf(hmac(sha256, Buffer.alloc(n, 7), bytesOf('text'))), createHmac('sha256', Buffer.alloc(n, 7)).update('text').digest('hex'));
});

// FIPS 197 appendix C.1; TS 35.208 test set 1.
const KEY = {k: ofHex('465b5ce8b199b49faa5f0a2ee238a6bc'), opc: ofHex('cd63cb71954a9f4e48a5994e37a02baf')};
const RAND = ofHex('23553cbe9637a89d218ae64dae47bf35');
const SQN = ofHex('ff9bb4d0b607');

test('AES and Milenage give what the specifications print', () => {
    assert.equal(hexOf(aes128(ofHex('000102030405060708090a0b0c0d0e0f'), ofHex('00112233445566778899aabbccddeeff'))), '69c4e0d86a7b0430d8cdb78070b4c55a');
    const {macA, macS} = f1(KEY, RAND, SQN, ofHex('b9b9'));
    assert.equal(hexOf(macA), '4a9ffac354dfafb3');
    assert.equal(hexOf(macS), '01cfaf9ec4e871e9');
    const {res, ck, ik, ak, akStar} = f2345(KEY, RAND);
    assert.deepEqual([res, ak, ck, ik, akStar].map(hexOf), ['a54211d5e3ba50bf', 'aa689c648370',
        'b40ba9a3c58b2a05bbf0d987b21bf8cb', 'f769bcd751044604127672711c6d3441', '451e8beca43b']);
});

const good = (steps) => Object.fromEntries(steps.filter((s) => s.good !== undefined).map((s) => [s.name, s.good]));

// RFC 7616 3.9.1.
const PARAMS = {username: 'Mufasa', realm: 'http-auth@example.org', uri: '/dir/index.html', nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ', qop: 'auth'};
const password = (algorithm, text) => ({ha1: [{algorithm, value: createHash(algorithm === 'MD5' ? 'md5' : 'sha256').update(`Mufasa:http-auth@example.org:${text}`).digest('hex')}]});

test('a digest answer is judged', () => {
    for (const [algorithm, response] of [['MD5', '8ca523f5e9506fed4657c9700eebdbec'], ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1']]) {
        const question = {params: {...PARAMS, algorithm, response}, method: 'GET', body: '', isAnswer: true};
        assert.deepEqual(good(xray(question, password(algorithm, 'Circle of Life'))), {Answered: true});
        assert.deepEqual(good(xray(question, password(algorithm, 'Circle of Strife'))), {Answered: false});
    }
});

function challenge(key) {
    const {ak} = f2345(key, RAND);
    return base64Of(joined(RAND, xor(SQN, ak), ofHex('b9b9'), f1(key, RAND, SQN, ofHex('b9b9')).macA));
}

test('of an AKA challenge the sequence number is uncovered and the MAC is judged', () => {
    const secrets = {k: hexOf(KEY.k), opc: hexOf(KEY.opc), ha1: []};
    const question = {params: {nonce: challenge(KEY), algorithm: 'AKAv1-MD5'}, isAnswer: false};
    const steps = xray(question, secrets);
    assert.deepEqual(good(steps), {'MAC = f1': true});
    assert.match(steps.find((s) => s.name === 'SQN').value, /^ff9bb4d0b607 /);
    const other = {...KEY, opc: ofHex('00'.repeat(16))};
    assert.deepEqual(good(xray({...question, params: {...question.params, nonce: challenge(other)}}, secrets)), {'MAC = f1': false});
    assert.equal(xray(question, {ha1: []}).at(-1).good, false);
});

test('a card that asks for other sequence numbers is understood', () => {
    const card = ofHex('000000000021');
    const auts = base64Of(joined(xor(card, f2345(KEY, RAND).akStar), f1(KEY, RAND, card, new Uint8Array(2)).macS));
    const steps = xray({params: {nonce: challenge(KEY), algorithm: 'AKAv1-MD5', auts}, isAnswer: false}, {k: hexOf(KEY.k), opc: hexOf(KEY.opc), ha1: []});
    assert.equal(good(steps)['MAC-S'], true);
    assert.match(steps.find((s) => s.name === 'SQN (card)').value, /= 33$/);
});
