/**
 * Whether a host is this machine. Such a host may be spoken to over plain http, as Docker does with registries: nobody
 * can listen in on the way.
 * @param hostname as `URL.hostname` writes it: lower case, IPv4 in four decimal numbers, IPv6 in brackets
 */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
