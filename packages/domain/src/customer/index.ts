export { CUSTOMER_STAGES, type CustomerStage, JOB_OUTCOMES, type JobOutcome } from './customer-stage.ts';
export {
  type CustomerView,
  customerView,
  ETA_OVERDUE_MS,
  isComing,
  isPickup,
  isPresent,
  isTimeOver,
} from './customer-view.ts';
