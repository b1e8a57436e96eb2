import * as tls from 'node:tls';
import { workspace } from 'vscode';
import type { Disposable } from 'vscode';
import { State } from 'vscode-languageclient/node';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { NetworkSnapshot } from '../../server/src/protocol.ts';
import { NetworkNotification } from '../../server/src/protocol.ts';

/**
 * Sends VS Code's network settings to the server whenever it starts and whenever they change: a forked process inherits none
 * of them.
 */
export function sendNetwork(client: LanguageClient): Disposable {
  const send = (): void => {
    const settings = networkSettings(extraCertificates());
    if (client.isRunning()) void client.sendNotification(NetworkNotification, settings);
  };
  client.onDidChangeState(({ newState }) => {
    // Reading the system's certificates takes a while: not on the way to the server's first answer.
    if (newState === State.Running) setImmediate(send);
  });
  return workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('http')) send();
  });
}

/** VS Code's settings `http.*`, with these certificates. */
export function networkSettings(certificates: readonly string[]): NetworkSnapshot {
  const http = workspace.getConfiguration('http');
  return {
    proxy: http.get<string>('proxy') || null,
    noProxy: http.get<string[]>('noProxy') ?? [],
    strictSSL: http.get<boolean>('proxyStrictSSL') ?? true,
    certificates,
  };
}

/** The certificate authorities that this machine trusts beyond Node's own list. */
function extraCertificates(): string[] {
  // Node before 22.15 cannot tell.
  if (!('getCACertificates' in tls)) return [];
  const useSystem = workspace.getConfiguration('http').get<boolean>('systemCertificates') ?? true;
  const known = new Set(tls.getCACertificates('bundled').map(unwrapped));
  const candidates = [
    ...tls.getCACertificates('extra'),
    ...(useSystem ? tls.getCACertificates('system') : []),
  ];
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
