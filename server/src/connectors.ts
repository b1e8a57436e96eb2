import { buildConnector, Pool } from 'undici';
import type { Dispatcher } from 'undici';

type Connector = buildConnector.connector;

/** The proxy itself could not be reached: whatever the reason, it says nothing about the host behind it. */
class ProxyUnreachable extends Error {
  /** `PROXY_ECONNREFUSED` */
  readonly code: string;

  constructor(cause: Error) {
    super(`the proxy could not be reached: ${cause.message}`, { cause });
    this.code = `PROXY_${'code' in cause ? String(cause.code) : cause.name}`;
  }
}

/**
 * Makes undici's connections to one origin, by which a server can be heard that breaks one off in TLS: with TLS 1.3 that is how
 * it refuses a client's certificate, after the handshake. undici would tell only that the other side closed.
 */
export function connectionsTo(origin: string | URL, options: object): Dispatcher {
  const { connect: wanted } = options as { connect?: Connector | buildConnector.BuildOptions };
  const connect = typeof wanted === 'function' ? wanted : buildConnector(wanted ?? {});
  return new Pool(origin, {
    ...options,
    connect: after(connect, (error, socket) => {
      // Once it is destroyed with its own error, undici does not put another in its place.
      socket?.on('error', (alert: Error) => socket.destroy(alert));
      return error;
    }),
  });
}

/** Makes undici's connections to a proxy, whose failures are told from those of what is asked for through it. */
export function connectionsToProxy(proxy: URL, { connect }: { connect?: Connector }): Dispatcher {
  const connector = connect ?? buildConnector({});
  return new Pool(proxy, { connect: after(connector, (...[error]) => error && new ProxyUnreachable(error)) });
}

type Outcome = Parameters<buildConnector.Callback>;

/** A connector, and what is made of the error that it ends with. */
function after(connect: Connector, look: (...outcome: Outcome) => Error | null): Connector {
  return (options, done) =>
    connect(options, (...outcome: Outcome) => {
      const error = look(...outcome);
      const [, socket] = outcome;
      if (error === null && socket !== null) done(null, socket);
      else done(error ?? new Error('there is no connection'), null);
    });
}
