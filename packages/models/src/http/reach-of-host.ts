/**
 * How far a message travels that is sent to a URL, judged by its host alone.
 *
 * Names are not looked up: a name that is not reserved for this device or this network counts as public, and so
 * does whatever cannot be told. So a mistake makes a reach too wide, never too narrow.
 */

import { BlockList, isIP } from 'node:net';
import type { Reach } from '@kai/protocol';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('0.0.0.0', 'ipv4');
loopback.addAddress('::1', 'ipv6');
loopback.addAddress('::', 'ipv6');

/** RFC 1918, link-local (RFC 3927, RFC 4291) and unique local addresses (RFC 4193). */
const nearby = new BlockList();
nearby.addSubnet('10.0.0.0', 8, 'ipv4');
nearby.addSubnet('172.16.0.0', 12, 'ipv4');
nearby.addSubnet('192.168.0.0', 16, 'ipv4');
nearby.addSubnet('169.254.0.0', 16, 'ipv4');
nearby.addSubnet('fe80::', 10, 'ipv6');
nearby.addSubnet('fc00::', 7, 'ipv6');

/** `device` for loopback, `lan` for private addresses and `.local` names, else `public`. @throws TypeError for no URL. */
export function reachOfHost(url: string | URL): Reach {
  // The URL parser writes every form of an IPv4 address (127.1, 0x7f000001) as four numbers.
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const version = isIP(host);
  if (version === 0) return reachOfName(host);
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (loopback.check(host, family)) return 'device';
  return nearby.check(host, family) ? 'lan' : 'public';
}

function reachOfName(host: string): Reach {
  if (host === 'localhost' || host.endsWith('.localhost')) return 'device';
  return host.endsWith('.local') || host.endsWith('.home.arpa') ? 'lan' : 'public';
}
