import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  policyRepository,
  requirementsFor,
  scopesOf,
} from '../../../server/src/domain/policy/policy-scope.ts';
import { readPolicy } from '../../../server/src/domain/policy/read-policy.ts';
import { parseReference } from '../../../server/src/domain/reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('scopesOf', () => {
  const scopes = (reference: string) => scopesOf(parseReference(reference));

  it('goes from the image to the host, its parent domains and the transport', () => {
    assert.deepEqual(scopes('eu.registry.example.com:5000/shop/web/app:1.4'), [
      'eu.registry.example.com:5000/shop/web/app:1.4',
      'eu.registry.example.com:5000/shop/web/app',
      'eu.registry.example.com:5000/shop/web',
      'eu.registry.example.com:5000/shop',
      'eu.registry.example.com:5000',
      '*.registry.example.com',
      '*.example.com',
      '*.com',
      '',
    ]);
  });

  it('has names on Docker Hub in full, and the default tag', () => {
    const hub = ['docker.io/library/nginx', 'docker.io/library', 'docker.io', '*.io', ''];
    assert.deepEqual(scopes('nginx'), ['docker.io/library/nginx:latest', ...hub]);
    assert.deepEqual(scopes(`nginx@${DIGEST}`), [`docker.io/library/nginx@${DIGEST}`, ...hub]);
    assert.deepEqual(scopes('registry-1.docker.io/library/nginx:1'), ['docker.io/library/nginx:1', ...hub]);
  });

  it('takes the digest alone where there is a tag, too', () => {
    assert.equal(scopes(`nginx:1@${DIGEST}`)[0], `docker.io/library/nginx@${DIGEST}`);
  });

  it('has no wildcards for hosts without a dot and for IPv6 addresses', () => {
    assert.deepEqual(scopes('localhost:5000/a:1'), [
      'localhost:5000/a:1',
      'localhost:5000/a',
      'localhost:5000',
      '',
    ]);
    assert.deepEqual(scopes('[::1]:5000/a:1'), ['[::1]:5000/a:1', '[::1]:5000/a', '[::1]:5000', '']);
  });
});

describe('policyRepository', () => {
  it('is the repository as policies and signatures name it', () => {
    assert.equal(policyRepository(parseReference('nginx:1')), 'docker.io/library/nginx');
    assert.equal(policyRepository(parseReference('a.example:5000/b')), 'a.example:5000/b');
  });
});

describe('requirementsFor', () => {
  const accept = [{ type: 'insecureAcceptAnything' }];
  const reject = [{ type: 'reject' }];
  const decide = (transports: object, reference: string) => {
    const { policy } = readPolicy(JSON.stringify({ default: reject, transports }));
    assert(policy !== undefined);
    return requirementsFor(policy, parseReference(reference));
  };

  it('takes the most specific scope alone', () => {
    const docker = { 'docker.io': reject, 'docker.io/library/nginx': accept, '': reject };
    assert.deepEqual(decide({ docker }, 'nginx:1'), {
      requirements: accept,
      transport: 'docker',
      scope: 'docker.io/library/nginx',
    });
    assert.deepEqual(decide({ docker }, 'redis:7').scope, 'docker.io');
    assert.deepEqual(decide({ docker }, 'a.example/b').scope, '');
    assert.deepEqual(decide({ docker: { '*.example': accept } }, 'a.b.example:5000/b').scope, '*.example');
  });

  it('falls back to the default, never to another transport', () => {
    const fallback = { requirements: reject, transport: null, scope: null };
    assert.deepEqual(decide({ docker: { 'docker.io/library/redis': accept } }, 'nginx'), fallback);
    assert.deepEqual(decide({ oci: { '': accept } }, 'nginx'), fallback);
    assert.deepEqual(decide({}, 'nginx'), fallback);
  });

  it('finds no part of a name', () => {
    assert.equal(decide({ docker: { 'docker.io/lib': accept, 'a.example/b': accept } }, 'nginx').scope, null);
    assert.equal(decide({ docker: { 'a.example/b': accept } }, 'a.example/bc').scope, null);
    assert.equal(decide({ docker: { '*.a.example': accept } }, 'a.example/bc').scope, null);
  });
});
