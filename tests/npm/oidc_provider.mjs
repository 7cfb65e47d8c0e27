// An OpenID provider on a free port of 127.0.0.1, for the tests of signing in.
// Prints "READY <issuer>". Control: GET /_seen tells what the token endpoint received.
import http from 'node:http';
import * as oidc from 'oidc-provider';

const SECRET = 'p@ss:w%rd+/=&';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

function client(id, authentication, grants, more = {}) {
  return {
    client_id: id,
    token_endpoint_auth_method: authentication,
    grant_types: grants,
    redirect_uris: [],
    response_types: [],
    ...(authentication === 'none' ? {} : { client_secret: SECRET }),
    ...more,
  };
}

const signIn = {
  application_type: 'native',
  redirect_uris: ['http://127.0.0.1/callback'], // any port of loopback (RFC 8252 section 7.3)
  response_types: ['code'],
};
const clients = [
  client('native', 'none', ['authorization_code', 'refresh_token', DEVICE], signIn),
  client('confidential', 'client_secret_basic', ['authorization_code', 'refresh_token'], signIn),
  client('service-basic', 'client_secret_basic', ['client_credentials']),
  client('service-body', 'client_secret_post', ['client_credentials']),
];

const seen = [];
const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new oidc.Provider(issuer, {
    clients,
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access', 'profile', 'email', 'api:read', 'api:write'],
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
    },
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: () => true,
    ttl: {
      AccessToken: Number(process.env.ACCESS_TOKEN_SECONDS || 600),
      AuthorizationCode: 60,
      ClientCredentials: 600,
      DeviceCode: 120,
      Grant: 3600,
      IdToken: 600,
      Interaction: 600,
      RefreshToken: 3600,
      Session: 600,
    },
    cookies: { keys: ['for-tests-only'] },
    findAccount: async (_context, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, email: `${id}@example.test` }),
    }),
  });
  provider.use(async (context, next) => {
    await next();
    if (context.path === '/token') {
      seen.push({ headers: context.headers, body: context.oidc?.body ?? {} });
    }
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url === '/_seen') {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(seen));
      return;
    }
    answer(request, response);
  });
  console.log(`READY ${issuer}`);
});
