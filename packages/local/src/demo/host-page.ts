import { createServer } from 'node:http';
import { close, listen } from '@qdn/local-server/listen';

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Example page of a customer's own site, with two ways to embed the tracker. */
const page = (siteUrl: string, token: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lopez Roofing · your dumpster</title>
<style>
  body { margin: 0 auto; max-width: 70rem; padding: 1.5rem; font: 1rem/1.5 Georgia, serif; color: #1d2b3a; background: #f2f5f8 }
  h1 { font-size: 1.75rem; margin: 0 0 .25rem }
  h2 { font-size: 1.125rem; margin: 2rem 0 .5rem }
  p { max-width: 42rem; margin: .25rem 0 1rem }
  code { font-size: .875rem; background: #e3eaf1; padding: .1em .3em; border-radius: .25em; overflow-wrap: anywhere }
  .frame { background: #fff; border: 1px solid #d3dde7; border-radius: .75rem; padding: 1rem }
  iframe { display: block; width: 100%; max-width: 28rem; height: 46rem; border: 1px solid #d3dde7; border-radius: .75rem }
</style>
<script type="module" src="${siteUrl}/widget/v1.js"></script>
<h1>Lopez Roofing</h1>
<p>An example of a customer’s own site, on another origin, under a strict content security policy. docs/widget.md has the lines.</p>
<h2>The widget</h2>
<p><code>${escaped(`<script type="module" src="${siteUrl}/widget/v1.js"></script> <qdn-tracker token="…"></qdn-tracker>`)}</code></p>
<div class="frame"><qdn-tracker token="${token}"></qdn-tracker></div>
<h2>The frame, for sites that cannot run scripts</h2>
<p><code>${escaped(`<iframe src="${siteUrl}/embed?job_id=…" title="Track your trailer"></iframe>`)}</code></p>
<iframe src="${siteUrl}/embed?job_id=${token}" title="Track your trailer"></iframe>
</html>
`;

/**
 * Serves the example of a customer's own site.
 * @param port 0 for any that is free
 * @param siteUrl the tracking site's address, without a trailing slash
 * @throws StartError when the port is taken
 */
export const startHostPage = async (port: number, siteUrl: string, token: string) => {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${siteUrl}; connect-src ${siteUrl}; frame-src ${siteUrl}`;
  const server = createServer((request, response) => {
    if (request.url !== '/') {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy })
      .end(page(siteUrl, token));
  });
  const bound = await listen(server, port, 'the example of a customer’s own site');
  return { url: `http://localhost:${bound}`, close: () => close(server) };
};
