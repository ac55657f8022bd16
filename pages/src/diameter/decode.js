// SPDX-License-Identifier: MIT
//
// Diameter for people: header and AVPs of RFC 6733 and of Cx (TS 29.229), by table. It never fails: what does
// not fit is shown as bytes.

const COMMANDS = {
    257: 'Capabilities-Exchange', 280: 'Device-Watchdog', 282: 'Disconnect-Peer',
    300: 'User-Authorization', 301: 'Server-Assignment', 302: 'Location-Info',
    303: 'Multimedia-Auth', 304: 'Registration-Termination', 305: 'Push-Profile',
};
const SHORT = {257: 'CE', 280: 'DW', 282: 'DP', 300: 'UA', 301: 'SA', 302: 'LI', 303: 'MA', 304: 'RT', 305: 'PP'};

// code: [name, kind, meanings of numbers]
const RESULT = {
    2001: 'SUCCESS', 2002: 'LIMITED_SUCCESS', 3001: 'COMMAND_UNSUPPORTED', 3002: 'UNABLE_TO_DELIVER', 3003: 'REALM_NOT_SERVED',
    3004: 'TOO_BUSY', 3005: 'LOOP_DETECTED', 3006: 'REDIRECT_INDICATION', 3007: 'APPLICATION_UNSUPPORTED', 3008: 'INVALID_HDR_BITS',
    3009: 'INVALID_AVP_BITS', 3010: 'UNKNOWN_PEER', 4001: 'AUTHENTICATION_REJECTED', 4002: 'OUT_OF_SPACE', 4003: 'ELECTION_LOST',
    5001: 'AVP_UNSUPPORTED', 5002: 'UNKNOWN_SESSION_ID', 5003: 'AUTHORIZATION_REJECTED', 5004: 'INVALID_AVP_VALUE', 5005: 'MISSING_AVP',
    5006: 'RESOURCES_EXCEEDED', 5007: 'CONTRADICTING_AVPS', 5008: 'AVP_NOT_ALLOWED', 5009: 'AVP_OCCURS_TOO_MANY_TIMES',
    5010: 'NO_COMMON_APPLICATION', 5011: 'UNSUPPORTED_VERSION', 5012: 'UNABLE_TO_COMPLY', 5013: 'INVALID_BIT_IN_HEADER',
    5014: 'INVALID_AVP_LENGTH', 5015: 'INVALID_MESSAGE_LENGTH', 5016: 'INVALID_AVP_BIT_COMBO', 5017: 'NO_COMMON_SECURITY',
};
const EXPERIMENTAL = {
    2001: 'FIRST_REGISTRATION', 2002: 'SUBSEQUENT_REGISTRATION', 2003: 'UNREGISTERED_SERVICE',
    2004: 'SUCCESS_SERVER_NAME_NOT_STORED', 5001: 'USER_UNKNOWN', 5002: 'IDENTITIES_DONT_MATCH',
    5003: 'IDENTITY_NOT_REGISTERED', 5004: 'ROAMING_NOT_ALLOWED', 5005: 'IDENTITY_ALREADY_REGISTERED',
    5006: 'AUTH_SCHEME_NOT_SUPPORTED', 5007: 'IN_ASSIGNMENT_TYPE', 5008: 'TOO_MUCH_DATA',
    5009: 'NOT_SUPPORTED_USER_DATA', 5011: 'FEATURE_UNSUPPORTED',
};
const ASSIGNMENT = ['NO_ASSIGNMENT', 'REGISTRATION', 'RE_REGISTRATION', 'UNREGISTERED_USER',
    'TIMEOUT_DEREGISTRATION', 'USER_DEREGISTRATION', 'TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME',
    'USER_DEREGISTRATION_STORE_SERVER_NAME', 'ADMINISTRATIVE_DEREGISTRATION', 'AUTHENTICATION_FAILURE',
    'AUTHENTICATION_TIMEOUT', 'DEREGISTRATION_TOO_MUCH_DATA'];
const AVPS = {
    1: ['User-Name', 'text'], 33: ['Proxy-State', 'bytes'], 257: ['Host-IP-Address', 'address'], 258: ['Auth-Application-Id', 'number'],
    259: ['Acct-Application-Id', 'number'], 260: ['Vendor-Specific-Application-Id', 'group'],
    261: ['Redirect-Host-Usage', 'number', ['DONT_CACHE', 'ALL_SESSION', 'ALL_REALM', 'REALM_AND_APPLICATION', 'ALL_APPLICATION', 'ALL_HOST', 'ALL_USER']],
    262: ['Redirect-Max-Cache-Time', 'number'], 263: ['Session-Id', 'text'], 264: ['Origin-Host', 'text'],
    265: ['Supported-Vendor-Id', 'number'], 266: ['Vendor-Id', 'number'], 267: ['Firmware-Revision', 'number'],
    268: ['Result-Code', 'number', RESULT], 269: ['Product-Name', 'text'], 273: ['Disconnect-Cause', 'number', ['REBOOTING', 'BUSY', 'DO_NOT_WANT_TO_TALK_TO_YOU']],
    277: ['Auth-Session-State', 'number', ['STATE_MAINTAINED', 'NO_STATE_MAINTAINED']], 278: ['Origin-State-Id', 'number'],
    279: ['Failed-AVP', 'group'], 280: ['Proxy-Host', 'text'], 281: ['Error-Message', 'text'], 282: ['Route-Record', 'text'],
    283: ['Destination-Realm', 'text'], 284: ['Proxy-Info', 'group'], 292: ['Redirect-Host', 'text'], 293: ['Destination-Host', 'text'], 294: ['Error-Reporting-Host', 'text'],
    296: ['Origin-Realm', 'text'], 297: ['Experimental-Result', 'group'],
    298: ['Experimental-Result-Code', 'number', EXPERIMENTAL], 299: ['Inband-Security-Id', 'number'],
    104: ['Digest-Realm', 'text'], 111: ['Digest-Algorithm', 'text'], 110: ['Digest-QoP', 'text'], 121: ['Digest-HA1', 'secret'],
    600: ['Visited-Network-Identifier', 'text'], 601: ['Public-Identity', 'text'], 602: ['Server-Name', 'text'],
    603: ['Server-Capabilities', 'group'], 604: ['Mandatory-Capability', 'number'], 605: ['Optional-Capability', 'number'],
    606: ['User-Data', 'text'], 607: ['SIP-Number-Auth-Items', 'number'], 608: ['SIP-Authentication-Scheme', 'text'],
    609: ['SIP-Authenticate', 'bytes'], 610: ['SIP-Authorization', 'bytes'], 611: ['SIP-Authentication-Context', 'bytes'],
    612: ['SIP-Auth-Data-Item', 'group'], 613: ['SIP-Item-Number', 'number'],
    614: ['Server-Assignment-Type', 'number', ASSIGNMENT], 615: ['Deregistration-Reason', 'group'],
    616: ['Reason-Code', 'number', ['PERMANENT_TERMINATION', 'NEW_SERVER_ASSIGNED', 'SERVER_CHANGE', 'REMOVE_S-CSCF']],
    617: ['Reason-Info', 'text'], 618: ['Charging-Information', 'group'],
    619: ['Primary-Event-Charging-Function-Name', 'text'], 620: ['Secondary-Event-Charging-Function-Name', 'text'],
    621: ['Primary-Charging-Collection-Function-Name', 'text'], 622: ['Secondary-Charging-Collection-Function-Name', 'text'],
    623: ['User-Authorization-Type', 'number', ['REGISTRATION', 'DE_REGISTRATION', 'REGISTRATION_AND_CAPABILITIES']],
    624: ['User-Data-Already-Available', 'number', ['NOT_AVAILABLE', 'ALREADY_AVAILABLE']],
    625: ['Confidentiality-Key', 'secret'], 626: ['Integrity-Key', 'secret'], 628: ['Supported-Features', 'group'],
    629: ['Feature-List-ID', 'number'], 630: ['Feature-List', 'number'], 631: ['Supported-Applications', 'group'], 632: ['Associated-Identities', 'group'],
    633: ['Originating-Request', 'number', ['ORIGINATING']], 634: ['Wildcarded-Public-Identity', 'text'], 635: ['SIP-Digest-Authenticate', 'group'],
    636: ['Wildcarded-IMPU', 'text'], 637: ['UAR-Flags', 'number'], 638: ['Loose-Route-Indication', 'number', ['NOT_REQUIRED', 'REQUIRED']], 639: ['SCSCF-Restoration-Info', 'group'],
    640: ['Path', 'text'], 641: ['Contact', 'text'], 642: ['Subscription-Info', 'group'], 643: ['Call-ID-SIP-Header', 'text'],
    644: ['From-SIP-Header', 'text'], 645: ['To-SIP-Header', 'text'], 646: ['Record-Route', 'text'], 647: ['Associated-Registered-Identities', 'group'],
    648: ['Multiple-Registration-Indication', 'number', ['NOT_MULTIPLE_REGISTRATION', 'MULTIPLE_REGISTRATION']], 649: ['Restoration-Info', 'group'],
    650: ['Session-Priority', 'number'], 651: ['Identity-with-Emergency-Registration', 'group'],
    652: ['Priviledged-Sender-Indication', 'number', ['NOT_PRIVILEDGED_SENDER', 'PRIVILEDGED_SENDER']], 653: ['LIA-Flags', 'number'],
    654: ['Initial-CSeq-Sequence-Number', 'number'], 655: ['SAR-Flags', 'number'], 656: ['Allowed-WAF-WWSF-Identities', 'group'],
    657: ['WebRTC-Authentication-Function-Name', 'text'], 658: ['WebRTC-Web-Server-Function-Name', 'text'], 659: ['RTR-Flags', 'number'],
};

const utf8 = new TextDecoder();

function hex(bytes) {
    return [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
}

function numberOf(bytes, meanings) {
    let n = 0;
    for (const b of bytes) n = n * 256 + b;
    const meaning = meanings?.[n];
    return meaning ? `${n} ${meaning}` : String(n);
}

function addressOf(bytes) {
    if (bytes[1] === 1) return [...bytes.slice(2)].join('.');
    return hex(bytes.slice(2)).replace(/(.{4})(?=.)/g, '$1:');
}

function decodeAvps(bytes, depth) {
    const out = [];
    let at = 0;
    while (at + 8 <= bytes.length) {
        const view = new DataView(bytes.buffer, bytes.byteOffset + at);
        const code = view.getUint32(0);
        const flags = view.getUint8(4);
        const length = view.getUint32(4) & 0xffffff;
        const header = flags & 0x80 ? 12 : 8;
        if (length < header || at + length > bytes.length) break;
        const data = bytes.slice(at + header, at + length);
        const [name, kind, meanings] = AVPS[code] ?? [`AVP ${code}`, 'bytes'];
        const avp = {name, code, mandatory: (flags & 0x40) !== 0, vendor: header === 12 ? view.getUint32(8) : 0};
        if (kind === 'group' && depth < 8) avp.avps = decodeAvps(data, depth + 1);
        else if (kind === 'text') avp.value = utf8.decode(data);
        else if (kind === 'number') avp.value = numberOf(data, meanings);
        else if (kind === 'address') avp.value = addressOf(data);
        else avp.value = hex(data);
        out.push(avp);
        at += (length + 3) & ~3;
    }
    return out;
}

// What is known by name: of AVPs, and of the two kinds of results.
export const names = {avps: Object.values(AVPS).map(([name]) => name), byCode: (code) => AVPS[code]?.[0], results: Object.keys(RESULT), experimental: Object.keys(EXPERIMENTAL)};

// {name: 'UAR', command, request, application, hopByHop, endToEnd, flags, avps}; null when it is too short.
export function decode(base64) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    if (bytes.length < 20) return null;
    const view = new DataView(bytes.buffer);
    const code = view.getUint32(4) & 0xffffff;
    const flags = view.getUint8(4);
    const request = (flags & 0x80) !== 0;
    return {
        name: (SHORT[code] ?? `${code}`) + (request ? 'R' : 'A'),
        command: `${COMMANDS[code] ?? `Command ${code}`}-${request ? 'Request' : 'Answer'}`,
        request,
        flags: [[0x80, 'R'], [0x40, 'P'], [0x20, 'E'], [0x10, 'T']].filter(([bit]) => flags & bit).map(([, f]) => f).join(''),
        application: view.getUint32(8),
        hopByHop: view.getUint32(12),
        endToEnd: view.getUint32(16),
        avps: decodeAvps(bytes.slice(20), 0),
    };
}
