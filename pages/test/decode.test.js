// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {readFileSync} from 'node:fs';
import {decode, names} from '../src/diameter/decode.js';
import {explainAvp, explainCommand, explainResult} from '../src/diameter/explain.js';
import {credentials, headerValue, parse, values} from '../src/sip/message.js';

// A UAR as an HSS recorded it.
const UAR = 'AQAA/MAAASwBAAAAOnNo6zk/Lf0AAAEHQAAAJ2ljc2NmMS5pbXMuZXhhbXBsZTsxNzk1MjQwODUxOzAAAAABBEAAACAAAAEKQAAADAAAKK8AAAECQAAADAEAAAAA' +
    'AAEVQAAADAAAAAEAAAEIQAAAGmljc2NmMS5pbXMuZXhhbXBsZQAAAAABKEAAABNpbXMuZXhhbXBsZQAAAAEbQAAAE2ltcy5leGFtcGxlAAAAAAFAAAAXYm9iQGltcy5leGFtcGxlAA' +
    'AAAlnAAAAfAAAor3NpcDpib2JAaW1zLmV4YW1wbGUAAAACWMAAABcAACivaW1zLmV4YW1wbGUA';

test('a Cx request is named and its AVPs are read', () => {
    const m = decode(UAR);
    assert.equal(m.name, 'UAR');
    assert.equal(m.command, 'User-Authorization-Request');
    assert.equal(m.flags, 'RP');
    const byName = Object.fromEntries(m.avps.map((a) => [a.name, a]));
    assert.equal(byName['Public-Identity'].value, 'sip:bob@ims.example');
    assert.equal(byName['Public-Identity'].vendor, 10415);
    assert.equal(byName['Auth-Session-State'].value, '1 NO_STATE_MAINTAINED');
    assert.equal(byName['Vendor-Specific-Application-Id'].avps[0].value, '10415');
});

test('a cut or lying message breaks nothing', () => {
    const bytes = Buffer.from(UAR, 'base64');
    for (let n = 0; n < bytes.length; n++) decode(bytes.subarray(0, n).toString('base64'));
    bytes[25] = 0xff; // a length beyond the end
    assert.deepEqual(decode(bytes.toString('base64')).avps, []);
});

test('a SIP message is read whatever its lines look like', () => {
    const m = parse('SIP/2.0 401 Unauthorized\r\nv: SIP/2.0/UDP a,\r\n SIP/2.0/UDP b\r\nnonsense\r\n\r\nbody');
    assert.equal(m.start, 'SIP/2.0 401 Unauthorized');
    assert.deepEqual(values(headerValue(m, 'Via')), ['SIP/2.0/UDP a', 'SIP/2.0/UDP b']);
    assert.equal(m.body, 'body');
    assert.deepEqual(credentials('Digest realm="a, b", nonce="x", algorithm=AKAv1-MD5').params,
        {realm: 'a, b', nonce: 'x', algorithm: 'AKAv1-MD5'});
});

const isSentence = ([sentence, clause]) => /[.?]$/.test(sentence) && /^(RFC 6733|TS 29\.229) \d/.test(clause);

test('each command of Cx and of the connection is explained, question and answer apart', () => {
    const all = ['CE', 'DW', 'DP', 'UA', 'SA', 'LI', 'MA', 'RT', 'PP'].flatMap((c) => [`${c}R`, `${c}A`]);
    for (const name of all) assert.ok(isSentence(explainCommand(name)), name);
    assert.equal(new Set(all.map((n) => explainCommand(n)[0])).size, all.length);
    assert.equal(explainCommand('272R'), undefined);
});

test('each AVP that has a name has an explanation, and each of Cx that the nodes know has a name', () => {
    for (const name of names.avps) assert.ok(isSentence(explainAvp(name) ?? ['', '']), name);
    const rows = [...readFileSync(new URL('../../common/diameter/avps.def', import.meta.url), 'utf8').matchAll(/^TGPP\(\w+, (\d+),[^"]*"([^"]+)"\)/gms)];
    const cx = rows.filter(([, code]) => code >= 600 && code < 660);
    assert.ok(cx.length > 50);
    for (const [, code, name] of cx) assert.equal(names.byCode(code), name);
});

test('each result is explained, and the same number means another thing of Cx than of Diameter', () => {
    for (const code of names.results) assert.ok(isSentence(explainResult({name: 'Result-Code', value: `${code} X`}) ?? ['', '']), code);
    for (const code of names.experimental) assert.ok(isSentence(explainResult({name: 'Experimental-Result-Code', value: code}) ?? ['', '']), code);
    assert.notDeepEqual(explainResult({name: 'Result-Code', value: '5001'}), explainResult({name: 'Experimental-Result-Code', value: '5001'}));
    assert.equal(explainResult({name: 'User-Name', value: '5001'}), undefined);
    assert.equal(explainResult({name: 'Result-Code', value: '9999'}), undefined);
});
