"""scikit-learn: TF-IDF of words and pairs of words, a linear SVM, its C chosen on validation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# user: begin
import joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, recall_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

# user: end
from protocol import Clock, Job, in_time, run

STRENGTHS = [0.1, 0.3, 1.0]


def train(job: Job, clock: Clock) -> None:
    validation = job.texts("validation")
    # user: begin
    vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    train_rows = vectors.fit_transform(job.texts("train"))
    validation_rows, labels = vectors.transform(validation), job.labels("validation")
    weights = "balanced" if job.task == "tweets" else None
    best, best_score = None, -1.0
    for strength in STRENGTHS:
        model = LinearSVC(C=strength, class_weight=weights, random_state=job.seed)
        model.fit(train_rows, job.labels("train"))
        predicted = model.predict(validation_rows)
        score = accuracy_score(labels, predicted)
        if job.task == "tweets":
            score = recall_score(labels, predicted, average="macro")
        if score > best_score:
            best, best_score = make_pipeline(vectors, model), score
        # user: end
        if clock.over():
            break
        # user: begin
    joblib.dump(best, job.folder / "model.joblib")
    # user: end
    predict = labels_of(best)
    clock.mark(lambda split: in_time(job, predict, job.texts(split), chunk=5000), final=True)


def load(job: Job) -> Callable[[list[str]], Any]:
    return labels_of(joblib.load(job.folder / "model.joblib"))


def labels_of(model: Any) -> Callable[[list[str]], list[str]]:
    return lambda texts: model.predict(texts).tolist()


if __name__ == "__main__":
    run(train, load)
