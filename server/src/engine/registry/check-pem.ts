import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import type { TlsIdentity } from '../host.ts';

const BEGIN = '-----BEGIN CERTIFICATE-----';

/**
 * Sees that a text is one or more certificates, so that a wrong file is named and does not just make TLS fail.
 * @param path for messages
 * @throws LarderError E_CONFIG
 */
export function checkCertificates(text: string, path: string): void {
  const [, ...blocks] = text.split(BEGIN);
  if (blocks.length === 0) {
    throw refuse(path, 'has no certificate in PEM in it', 'convert it, or remove the file');
  }
  for (const block of blocks) readCertificate(BEGIN + block, path);
}

/**
 * Sees that a key is one, without a passphrase, and that of the certificate.
 * @throws LarderError E_CONFIG
 */
export function checkClient(
  { cert, key }: NonNullable<TlsIdentity['client']>,
  certPath: string,
  keyPath: string,
): void {
  if (readCertificate(cert, certPath).checkPrivateKey(readKey(key, keyPath))) return;
  throw refuse(keyPath, `is not the key of ${quote(certPath)}`, 'put the two that belong together there');
}

function readCertificate(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw refuse(path, 'has something in it that is no certificate', 'write it anew', error);
  }
}

function readKey(pem: string, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    // The message of the cause tells of the format alone; the sentence has nothing of the key.
    const why = pem.includes('ENCRYPTED') ? 'has a key with a passphrase' : 'has no private key in PEM in it';
    throw refuse(path, why, 'write a key without a passphrase there', error);
  }
}

function refuse(path: string, why: string, next: string, cause?: unknown): LarderError {
  return new LarderError(
    'E_CONFIG',
    `${quote(path)} ${why}, which TLS with that host needs; ${next}.`,
    cause,
  );
}
