// Deploys a connector with the vendor's published client, follows the deployment and shares it. What each call came to is
// printed as a line of JSON.
const { AxiosHttpClient } = require('@trayio/axios/http/AxiosHttpClient');
const { ConnectorDeploymentHttpClient } = require('@trayio/tray-client/connector/deployment/ConnectorDeploymentHttpClient');
const { ConnectorPermissionsHttpClient } = require('@trayio/tray-client/connector/permissions/ConnectorPermissionsHttpClient');

const { SANDBOX_URL: baseUrl, SANDBOX_TOKEN: token, SOURCE: connectorSourceCode, WORKSPACE: workspace } = process.env;
const connector = { connectorName: 'acme-crm', connectorVersion: '1.0', token };
const http = new AxiosHttpClient();
const deployments = new ConnectorDeploymentHttpClient({ baseUrl }, http);
const permissions = new ConnectorPermissionsHttpClient({ baseUrl }, http);

const say = (result) => {
  console.log(JSON.stringify(result.isSuccess ? { value: result.value } : { error: String(result.error.message) }));
  return result.value;
};

(async () => {
  const { id } = say(await deployments.deployFromSourceCode({ ...connector, connectorSourceCode }));
  say(await deployments.deployFromSourceCode({ ...connector, connectorSourceCode }));
  say(await deployments.get({ ...connector, id }));
  await new Promise((done) => setTimeout(done, 1200));
  say(await deployments.get({ ...connector, id }));
  say(await deployments.get({ ...connector, id: 'latest' }));
  say(await permissions.shareWithEmails({ ...connector, emails: ['ana@example.com', 'kim@example.com'] }));
  say(await permissions.shareWithWorkspaces({ ...connector, workspaceIds: [workspace] }));
  say(await deployments.get({ ...connector, connectorName: 'acme-none', id }));
})();
