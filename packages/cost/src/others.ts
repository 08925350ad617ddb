/*
 * Prices of similar products. None of the pages could be opened when this was written; stored copies were read.
 */
export type Other = {
  name: string;
  what: string;
  /** Cost of a month for this number of trailers, in US dollars. */
  monthly: (trailers: number) => number;
  basis: string;
  source: string | null;
};

const perVehicle = (dollarsAYear: number, vehicles: number) => (trailers: number) =>
  (dollarsAYear / vehicles / 12) * trailers;

/** Price of a virtual server with 2 GB of memory and its backup, in US dollars. */
const SERVER_A_MONTH = 12;

export const OTHERS: readonly Other[] = [
  {
    name: 'Samsara',
    what: 'vehicle gateways with service; no relay of texts',
    monthly: perVehicle(5867.93, 23),
    basis:
      'Quote Q-1077843 of 2024-06-20 to the South Tahoe Public Utility District: $5,867.93 a year with $472.13 of tax for 23 vehicles, for three years',
    source: 'https://portal.stpud.us/WebLink/DocView.aspx?dbid=0&id=645624&repo=Laserfiche',
  },
  {
    name: 'Samsara',
    what: 'the same',
    monthly: perVehicle(3633, 14),
    basis: 'As reported to the town board of Rhinebeck, NY: about $3,633 a year for 14 vehicles, for three years',
    source:
      'https://cpo.soar.com/articles/7498298/Rhinebeck/Dutchess-County/New-York/Board-approves-multi-year-fleet-tracking-subscription-funding-and-privacy-questions-raised',
  },
  {
    name: 'Samsara',
    what: 'the same, for a large fleet',
    monthly: perVehicle(176.4, 1),
    basis: 'Offer to the City of Aurora, IL, of 2025-02-17: $176.40 a year for each of 285 vehicles',
    source:
      'https://aurora-il.legistar.com/LegislationDetail.aspx?FullText=1&GUID=236D7D19-3FD5-4A83-9F45-9D382808CABA&ID=7284012',
  },
  {
    name: 'Onfleet',
    what: 'tasks, drivers, tracking links; texts are billed on top',
    monthly: () => 619,
    basis:
      'The smallest plan, Launch: from $619 a month with 2,500 tasks, by a transcript of https://onfleet.com/pricing of 2026-09-20',
    source: 'https://raw.githubusercontent.com/api-evangelist/onfleet/refs/heads/main/plans/onfleet-plans-pricing.yml',
  },
  {
    name: 'Traccar, on your own server',
    what: 'positions and a map for the office; no relay of texts, no page for customers',
    monthly: () => SERVER_A_MONTH,
    basis: `Our assumption, not a price list: a small virtual server for $${SERVER_A_MONTH} a month, free software, without labour for updates and backups`,
    source: null,
  },
];
