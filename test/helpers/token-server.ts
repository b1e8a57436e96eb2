/** A token server on loopback (distribution, "Token Authentication Specification"), which writes down every request. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface TokenRequest {
  readonly method: string;
  readonly query: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

export class TokenServer implements AsyncDisposable {
  readonly requests = [] as unknown as [TokenRequest, ...TokenRequest[]];
  readonly #server = createServer((request, response) => {
    void text(request).then((body) => {
      const { searchParams } = new URL(request.url ?? '', 'http://server');
      const seen: TokenRequest = {
        method: request.method ?? '',
        query: Object.fromEntries(searchParams),
        form: Object.fromEntries(new URLSearchParams(body)),
        authorization: request.headers.authorization,
      };
      this.requests.push(seen);
      const { status, answer, headers } = this.#decide(seen);
      response.writeHead(status, headers).end(JSON.stringify(answer));
    });
  });
  #fixed: Answer | undefined;
  #issued = 0;

  /** Decides over requests as long as nothing else is told: by default everybody gets a token. */
  isWelcome: (request: TokenRequest) => boolean = () => true;

  async listen(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What it answers from now on, whoever asks. */
  answer(status: number, answer: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.#fixed = { status, answer, headers };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((done) => {
      this.#server.close(() => done());
      this.#server.closeAllConnections();
    });
  }

  #decide(request: TokenRequest): Answer {
    if (this.#fixed !== undefined) return this.#fixed;
    if (!this.isWelcome(request)) return { status: 401, answer: {}, headers: {} };
    return { status: 200, answer: { token: `token-${++this.#issued}` }, headers: {} };
  }
}

interface Answer {
  readonly status: number;
  readonly answer: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export function startTokenServer(): Promise<TokenServer> {
  return new TokenServer().listen();
}
