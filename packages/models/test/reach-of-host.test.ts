import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reachOfHost } from '../src/openai-compatible/index.ts';

describe('the reach of a host', () => {
  it.each([
    [
      'device',
      [
        '127.0.0.1',
        '127.8.9.1',
        '127.1',
        '2130706433',
        '0x7f000001',
        '0.0.0.0',
        'localhost',
        'LOCALHOST.',
        'a.localhost',
        '[::1]',
        '[::ffff:127.0.0.1]',
      ],
    ],
    [
      'lan',
      [
        '10.1.2.3',
        '172.16.0.1',
        '172.31.255.255',
        '192.168.1.20',
        '169.254.1.1',
        '[fe80::1]',
        '[fd12::1]',
        'nas.local',
        'nas.LOCAL.',
        'box.home.arpa',
        '[::ffff:10.0.0.1]',
      ],
    ],
    [
      'public',
      [
        '8.8.8.8',
        '172.32.0.1',
        '172.15.0.1',
        '11.0.0.1',
        '100.64.0.1',
        '[2001:db8::1]',
        'api.openai.com',
        'nas',
        'local',
        'localhost.example.com',
        'mylocalhost',
        '127.0.0.1.example.com',
        '[::ffff:8.8.8.8]',
      ],
    ],
  ])('is %s', (reach, hosts) => {
    for (const host of hosts) expect(reachOfHost(`http://${host}:8080/v1`), host).toBe(reach);
  });

  it('is never narrower than public for an address that is neither loopback nor private', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [first, second] = address.split('.').map(Number) as [number, number];
        const device = first === 127 || address === '0.0.0.0';
        const lan =
          first === 10 ||
          (first === 172 && second >= 16 && second < 32) ||
          (first === 192 && second === 168) ||
          (first === 169 && second === 254);
        expect(reachOfHost(`http://${address}/`)).toBe(device ? 'device' : lan ? 'lan' : 'public');
      }),
    );
  });

  it('is none of what is no URL', () => {
    expect(() => reachOfHost('nas')).toThrow(TypeError);
  });
});
