// The quiz of the day: three questions, once; afterwards what is right, and why.
import { byId, h, tell } from "../shared/dom.js";
import { count, either, t } from "../shared/i18n.js";

export function readQuiz(account, section) {
  const form = byId("quiz");
  let day = null;
  const show = (quiz) => {
    byId("quiz-lead").textContent = t("quiz.lead", { points: count(quiz.points_per_right_answer) });
    // Answers that somebody has ticked stay while the questions are the same.
    if (quiz.result === null && day === quiz.day && form.querySelector("fieldset")) return;
    day = quiz.day;
    if (quiz.result) showMarks(form, quiz, quiz.result);
    else showQuestions(form, quiz);
  };
  const read = async () => show(await account.ask("/v1/me/quiz"));
  form.addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const questions = [...form.querySelectorAll("fieldset")];
    const answers = questions.map((each) => ({ question: each.dataset.question, choice: form.elements[each.dataset.question].value }));
    const open = questions.find((each, n) => !answers[n].choice);
    tell(byId("quiz-error"), open ? t("quiz.missing") : "");
    if (open) {
      open.querySelector("input").focus();
      return;
    }
    const answer = await section.press(byId("quiz-send"), ["quiz", answers], (key) => account.post("/v1/me/quiz", { answers }, key));
    if (answer !== null) account.changed(answer.balance);
  });
  return read;
}

function showQuestions(form, quiz) {
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

function showMarks(form, quiz, result) {
  const questions = new Map(quiz.questions.map((question) => [question.id, question]));
  const textOf = (question, id) => either(question?.choices.find((choice) => choice.id === id)?.text) || id;
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
