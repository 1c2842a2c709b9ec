// The quiz of the day: three questions, once; afterwards what is right, and why.
import { all, byId, fieldOf, first, h, tell } from "../shared/dom.js";
import { count, either, t } from "../shared/i18n.js";

export function readQuiz(/** @type {Account} */ account, /** @type {Section} */ section) {
  const form = byId("quiz");
  let day = "";
  const show = (/** @type {AnswerOf<"/v1/me/quiz">} */ quiz) => {
    byId("quiz-lead").textContent = t("quiz.lead", { points: count(quiz.points_per_right_answer) });
    // Answers that were ticked stay while the questions are the same.
    if (quiz.result === null && day === quiz.day && form.querySelector("fieldset")) return;
    day = quiz.day;
    if (quiz.result) showMarks(form, quiz, quiz.result);
    else showQuestions(form, quiz);
  };
  const read = async () => show(await account.ask("/v1/me/quiz"));
  form.addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const questions = all("fieldset", form);
    /** @type {any[]} */
    const answers = questions.map(({ dataset }) => ({ question: dataset.question, choice: fieldOf(form, dataset.question ?? "").value }));
    const open = questions.find((each, n) => !answers[n].choice);
    tell(byId("quiz-error"), open ? t("quiz.missing") : "");
    if (open) {
      first("input", open).focus();
      return;
    }
    const answer = await section.press(byId("quiz-send"), ["quiz", answers], (key) => account.post("/v1/me/quiz", { answers }, key));
    if (answer !== null) account.changed(answer.balance);
  });
  return read;
}

function showQuestions(/** @type {HTMLFormElement} */ form, /** @type {AnswerOf<"/v1/me/quiz">} */ quiz) {
  const questions = quiz.questions.map((question) =>
    h(
      "fieldset",
      { class: "question", "data-question": question.id },
      h("legend", {}, either(question.text)),
      h("div", { class: "choices" }, question.choices.map((choice) => h("label", { class: "choice" }, h("input", { type: "radio", name: question.id, value: choice.id }), h("span", {}, either(choice.text))))),
    ),
  );
  form.replaceChildren(...questions, h("p", { class: "field-error", id: "quiz-error", role: "alert", hidden: true }), h("div", { class: "buttons" }, h("button", { class: "button primary", type: "submit", id: "quiz-send" }, t("quiz.send"))));
}

function showMarks(/** @type {HTMLFormElement} */ form, /** @type {AnswerOf<"/v1/me/quiz">} */ quiz, /** @type {NonNullable<AnswerOf<"/v1/me/quiz">["result"]>} */ result) {
  const questions = new Map(quiz.questions.map((question) => [question.id, question]));
  const textOf = (/** @type {AnswerOf<"/v1/me/quiz">["questions"][number] | undefined} */ question, /** @type {string} */ id) => either(question?.choices.find((choice) => choice.id === id)?.text) || id;
  const marks = result.marks.map((mark) => {
    const question = questions.get(mark.question);
    return h(
      "li",
      { class: "mark", "data-right": String(mark.is_right) },
      h("p", {}, h("span", { class: "chip", "data-state": mark.is_right ? "posted" : "capped" }, t(mark.is_right ? "quiz.right" : "quiz.wrong"))),
      h("p", { class: "entry-name" }, either(question?.text)),
      mark.is_right ? h("p", {}, textOf(question, mark.right_choice)) : h("p", {}, t("quiz.answer", { mine: textOf(question, mark.choice), right: textOf(question, mark.right_choice) })),
      h("p", { class: "note" }, either(mark.explanation), " ", h("a", { href: `/learn/${encodeURIComponent(mark.article)}` }, t("quiz.article"))),
    );
  });
  form.replaceChildren(h("p", { class: "notice calm", id: "quiz-done", role: "status" }, t("quiz.done", { right: count(result.right), points: count(result.points) })), h("ol", { class: "marks" }, marks));
}
