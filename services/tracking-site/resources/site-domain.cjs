/* The company's domain, or the distribution's own name: settings that follow from the params siteDomain and certificateArn. */
const { checkedStage } = require('../../../config/stage.cjs');

const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const CERTIFICATE = /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/;

/** @returns null without a domain @throws Error that says what is wrong with a param */
const siteDomain = async (resolveVariable) => {
  checkedStage(await resolveVariable('sls:stage'));
  const name = await resolveVariable('param:siteDomain');
  const certificate = await resolveVariable('param:certificateArn');
  if (!name && !certificate) return null;
  if (!DOMAIN.test(name)) throw new Error(`The param siteDomain is "${name}"; use a domain like track.example.com.`);
  if (!CERTIFICATE.test(certificate)) {
    throw new Error(
      `The param certificateArn is "${certificate}"; use the ARN of a certificate for ${name} in us-east-1, like arn:aws:acm:us-east-1:123456789012:certificate/1b2c….`,
    );
  }
  return { name, certificate };
};

const from =
  (value) =>
  async ({ resolveVariable }) =>
    value(await siteDomain(resolveVariable));

module.exports = {
  aliases: from((domain) => (domain ? [domain.name] : { Ref: 'AWS::NoValue' })),
  viewerCertificate: from((domain) =>
    domain
      ? { AcmCertificateArn: domain.certificate, SslSupportMethod: 'sni-only', MinimumProtocolVersion: 'TLSv1.2_2021' }
      : { CloudFrontDefaultCertificate: true },
  ),
  publicUrl: from((domain) =>
    domain
      ? `https://${domain.name}`
      : { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': ['Distribution', 'DomainName'] }]] },
  ),
};
