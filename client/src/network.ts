import * as tls from 'node:tls';
import { workspace } from 'vscode';
import type { NetworkSnapshot } from '../../server/src/protocol.ts';

/** VS Code's network settings, which a forked process does not inherit; with these certificate authorities. */
export function networkSettings(certificates: readonly string[]): NetworkSnapshot {
  const http = workspace.getConfiguration('http');
  const proxyAuthorization = http.get<string | null>('proxyAuthorization');
  return {
    proxy: http.get<string>('proxy') || null,
    ...(proxyAuthorization && { proxyAuthorization }),
    noProxy: http.get<string[]>('noProxy') ?? [],
    strictSSL: http.get<boolean>('proxyStrictSSL') ?? true,
    certificates,
  };
}

/** What of these settings nobody must read. */
export function networkSecrets({ proxy, proxyAuthorization }: NetworkSnapshot): string[] {
  const password = proxy !== null && URL.canParse(proxy) ? new URL(proxy).password : '';
  return [proxyAuthorization ?? '', password].filter((secret) => secret !== '');
}

/**
 * The certificate authorities that this machine trusts beyond Node's own list, PEM. Reading the system's takes a while: not on
 * the way to the server's first answer.
 */
export function extraCertificates(): string[] {
  // Node before 22.15 cannot tell.
  if (!('getCACertificates' in tls)) return [];
  const useSystem = workspace.getConfiguration('http').get<boolean>('systemCertificates') ?? true;
  const candidates = [
    ...tls.getCACertificates('extra'),
    ...(useSystem ? tls.getCACertificates('system') : []),
  ];
  const known = new Set(tls.getCACertificates('bundled').map(unwrapped));
  return candidates.filter((certificate) => {
    const key = unwrapped(certificate);
    const isNew = !known.has(key);
    known.add(key);
    return isNew;
  });
}

/** PEM without its line breaks, which differ from list to list. */
function unwrapped(certificate: string): string {
  return certificate.replace(/\s+/g, '');
}
