/** A server on loopback that speaks TLS, with a certificate for `localhost` and `registry.example` that nobody else trusts. */
import { createServer } from 'node:https';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TlsServer extends AsyncDisposable {
  readonly port: number;
}

/** Good until 2126. Its key protects nothing: it is public. As the only certificate of its authority it is also that. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBrTCCAVSgAwIBAgIUDkx9DWbKc1zpTE2fjhs9iIcGHOowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzIwMDIzN1oYDzIxMjYxMDMw
MjAwMjM3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATC3jH9pZ6/IqCTcpDUOfedaVvTqx81s6JWlEEYi2KoSC4r6s72yxVI
ZIcvcWzLlmD26PipHg2/Ny/uI0vcwpsfo4GBMH8wHQYDVR0OBBYEFH5ylTcVfa0d
vRyJRmcEj7RIdDNcMB8GA1UdIwQYMBaAFH5ylTcVfa0dvRyJRmcEj7RIdDNcMA8G
A1UdEwEB/wQFMAMBAf8wLAYDVR0RBCUwI4IJbG9jYWxob3N0ghByZWdpc3RyeS5l
eGFtcGxlhwR/AAABMAoGCCqGSM49BAMCA0cAMEQCICqDNqbt71dPdis3VemdpFRo
6BC23hkfXEiKnENcZfFYAiAoNcMj2hyfsDEcP7SlNt6XXvAiXRfxgKiprnuvqszL
Lg==
-----END CERTIFICATE-----
`;

export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdbS2DjTT9Dd6Hkf5
01YMJbZ7XuiUIBHvBfbBXXYsrmahRANCAATC3jH9pZ6/IqCTcpDUOfedaVvTqx81
s6JWlEEYi2KoSC4r6s72yxVIZIcvcWzLlmD26PipHg2/Ny/uI0vcwpsf
-----END PRIVATE KEY-----
`;

export async function startTlsServer(listener: RequestListener): Promise<TlsServer> {
  const server: Server = createServer({ key: KEY, cert: CERTIFICATE }, listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
    },
  };
}
