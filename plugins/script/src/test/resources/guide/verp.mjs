export default {
  name: 'verp',
  api: 1,

  delivery: {
    envelope(attempt, message) { // for this attempt only
      const recipients = attempt.recipients();
      const from = message.envelope().sender();
      if (recipients.length === 1 && !from.address().isNull()) {
        const to = recipients[0].address();
        message.replaceSender(from.withAddress(
          `${from.address().localPart()}+${to.localPart()}=${to.domain()}@${from.address().domain()}`));
      }
    },
    retry(attempt, recipient, reply, next) {
      if (reply.code() === 452 && attempt.number() > 3) return '552 5.2.2 The mailbox has been full for too long';
    },
    done(attempt, recipient, fate) { // exactly once for each recipient
      mta.records.emit('Verp', { fate: fate.reply().toString() });
    },
  },
};
