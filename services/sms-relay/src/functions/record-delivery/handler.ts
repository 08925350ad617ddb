import { validate as isTwilioStatus } from '@qdn/contracts/validators/twilioStatus';
import { DELIVERY_STATES, type Delivery, parseEffectId, type RelayStore } from '@qdn/domain';
import { apiHandler, type Logger } from '@qdn/lambda';
import { type AuthTokens, twilioAuthentication } from '../../twilio-authentication.ts';

export type RecordDeliveryDependencies = {
  relay: Pick<RelayStore, 'recordDelivery'>;
  authTokens: AuthTokens;
  publicUrl: string;
  now: () => number;
  log: Logger;
};

/** Twilio's word for what became of a text; null for those that say no more than that Twilio has it. */
const deliveryOf = (status: string): Delivery | null =>
  status === 'read' ? 'delivered' : (DELIVERY_STATES.find((state) => state === status) ?? null);

/**
 * `POST /api/messages/{effect_id}/status`: a delivery receipt. Whatever it says, it proves that the carrier took the text, so
 * it settles an effect whose own record was lost. One write; receipts that come late or twice change nothing.
 */
export const recordDelivery = ({ relay, authTokens, publicUrl, now, log }: RecordDeliveryDependencies) =>
  apiHandler(
    {
      name: 'record-delivery',
      log,
      authenticate: twilioAuthentication({ authTokens, publicUrl }),
      body: { as: 'form', validate: isTwilioStatus },
    },
    async ({ body, pathParameters }) => {
      const effect = parseEffectId(pathParameters['effect_id'] ?? '');
      if (!effect) {
        // A receipt of somebody's own text: nothing to record, and no reason for Twilio to send it again.
        log.warn('receipt for no effect', { carrierSid: body.MessageSid });
        return { status: 204 };
      }
      const receipt = {
        carrierSid: body.MessageSid,
        delivery: deliveryOf(body.MessageStatus),
        errorCode: body.ErrorCode ? Number(body.ErrorCode) : null,
      };
      await relay.recordDelivery(effect, receipt, now());
      log.info('receipt recorded', {
        sid: effect.messageSid,
        carrierSid: body.MessageSid,
        status: body.MessageStatus,
        errorCode: receipt.errorCode,
      });
      return { status: 204 };
    },
  );
