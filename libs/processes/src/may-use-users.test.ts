import { expect, it } from '@jest/globals';
import { whyNoUsers } from './may-use-users.ts';

const range = { first: 60_706, last: 61_183 };
const whole = '         0          0 4294967295\n';
const root = (capabilities: string): string => `Name:\tnode\nUid:\t0\t0\t0\t0\nCapEff:\t${capabilities}\n`;
const rights = (status: string, map = whole, platform = 'linux') => ({
  platform,
  status,
  idMaps: [map, map],
});

it.each([
  ['root', range, rights(root('000001ffffffffff')), null],
  ['a container of Docker', range, rights(root('00000000a80425fb')), null],
  ['nobody wants it', null, rights(root('000001ffffffffff')), 'DEPLOYER_USERS is off'],
  ['macOS', range, rights('', '', 'darwin'), 'users of their own need Linux, and this is darwin'],
  [
    'not root',
    range,
    rights('Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0\n'),
    'the worker does not run as root',
  ],
  [
    'without rights',
    range,
    rights(root('0000000000000000')),
    'root lacks CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_KILL, CAP_SETGID, CAP_SETUID here',
  ],
  ['no setuid', range, rights(root('000001ffffffff7f')), 'root lacks CAP_SETUID here'],
  ['rootless container', range, rights(root('000001ffffffffff'), '0 1000 1\n1 100000 65536\n'), null],
  [
    'few ids',
    range,
    rights(root('000001ffffffffff'), '0 1000 1\n'),
    'this user namespace has no ids 60706-61183 (DEPLOYER_USERS)',
  ],
])('%s', (_name, wanted, own, why) => expect(whyNoUsers(wanted, own)).toBe(why));
