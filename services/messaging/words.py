"""What the states, reasons and kinds of messages are called on the screen."""

from models import Channel, DeliveryState, MailingKind, MailingState, Purpose, WhyNot

PURPOSE_TITLES: dict[Purpose, str] = {
    Purpose.STATUTORY: "уставное",
    Purpose.SERVICE: "сервисное",
    Purpose.INVITATION: "приглашение",
    Purpose.ADVERTISING: "реклама",
}
PURPOSE_NOTES: dict[Purpose, str] = {
    Purpose.STATUTORY: "взносы, собрания, заседания: то, о чём ассоциация обязана сообщить",
    Purpose.SERVICE: "документы, сроки, переносы: то, что нужно самому получателю",
    Purpose.INVITATION: "мероприятия, встречи, курсы, вступление в ассоциацию",
    Purpose.ADVERTISING: "предложения партнёров и всё, что закон называет рекламой",
}
CHANNEL_TITLES: dict[Channel, str] = {
    Channel.CABINET: "личный кабинет",
    Channel.EMAIL: "эл. почта",
    Channel.SMS: "SMS",
}
DELIVERY_TITLES: dict[DeliveryState, str] = {
    DeliveryState.PLANNED: "в списке",
    DeliveryState.EXCLUDED: "не отправлено",
    DeliveryState.QUEUED: "ждёт отправки",
    DeliveryState.CLAIMED: "готовится",
    DeliveryState.SENDING: "отправляется",
    DeliveryState.SENT: "отправлено",
    DeliveryState.FAILED: "не доставлено",
    DeliveryState.UNKNOWN: "неизвестно, дошло ли",
    DeliveryState.CANCELLED: "отменено",
    DeliveryState.MISSED: "пропущено",
}
WHY_NOT_TITLES: dict[WhyNot, str] = {
    WhyNot.INACTIVE: "запись неактивна",
    WhyNot.DO_NOT_DISTURB: "просил не беспокоить",
    WhyNot.OPTED_OUT: "отписан от таких сообщений",
    WhyNot.NO_CONSENT: "нет согласия",
    WhyNot.NO_ADDRESS: "нет адреса",
    WhyNot.BOUNCED: "адрес не принимает сообщения",
    WhyNot.ALREADY: "уже получил это сообщение",
    WhyNot.EVENT_CANCELLED: "мероприятие отменено",
    WhyNot.EVENT_OVER: "мероприятие прошло",
    WhyNot.NO_LONGER_DUE: "повода больше нет",
    WhyNot.NOT_RENDERED: "не хватает данных для текста",
}
MAILING_TITLES: dict[MailingState, str] = {
    MailingState.DRAFT: "черновик",
    MailingState.REVIEW: "проверка",
    MailingState.APPROVAL: "ждёт одобрения",
    MailingState.CONFIRMED: "отправляется",
    MailingState.DONE: "завершена",
    MailingState.CANCELLED: "отменена",
}
KIND_TITLES: dict[MailingKind, str] = {
    MailingKind.MESSAGE: "сообщение",
    MailingKind.REMINDER: "напоминание",
    MailingKind.INVITATION: "приглашение",
    MailingKind.ASSOCIATION: "приглашение в ассоциацию",
    MailingKind.BIRTHDAY: "поздравление с днём рождения",
    MailingKind.EVENT_CHANGE: "извещение участников",
}
