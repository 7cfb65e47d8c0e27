// Prints the Authorization header that `aws4` makes for the request that it reads as JSON.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const aws4 = createRequire(import.meta.url)('aws4');
const { request, credentials } = JSON.parse(readFileSync(0, 'utf8'));
const signer = new aws4.RequestSigner(request, credentials);
process.stdout.write(signer.sign().headers.Authorization);
